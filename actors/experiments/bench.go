package experiments

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/troupe-mq/troupe/supervisor"
)

const (
	tooLong  = time.Minute     // no experiment takes so long
	patience = 5 * time.Second // nor anything that one waits for
)

// bench is what an experiment works at: it notes what is observed, and clears
// away what was used.
type bench struct {
	facts   []Fact
	after   []func()
	crashes chan *supervisor.Crash
}

func newBench() *bench { return &bench{crashes: make(chan *supervisor.Crash, 16)} }

// perform runs an experiment to its end, to its crash, or until it takes too
// long.
func (b *bench) perform(run func(*bench)) []Fact {
	over := b.begin(func() {
		defer b.clear()
		run(b)
	})
	select {
	case <-over:
		if len(b.crashes) == 0 {
			return b.facts
		}
		return append(b.facts, Fact{Text: "it failed: " + (<-b.crashes).Error(), Wrong: true})
	case c := <-b.crashes:
		return []Fact{{Text: "it failed: " + c.Error(), Wrong: true}}
	case <-time.After(tooLong):
		return []Fact{{Text: "it did not end in " + tooLong.String(), Wrong: true}}
	}
}

// begin runs a part of the experiment in the background. A panic there, for
// which no supervisor is responsible, fails the experiment and not the process.
func (b *bench) begin(part func()) (over <-chan struct{}) {
	done := make(chan struct{})
	report := func(_ string, c *supervisor.Crash) { b.crashes <- c }
	supervisor.Go(report, "experiment", func() {
		defer close(done)
		part()
	})
	return done
}

// clear ends what was started, the latest first.
func (b *bench) clear() {
	for _, f := range slices.Backward(b.after) {
		f()
	}
	b.after = nil
}

// note tells of something that may be so or otherwise.
func (b *bench) note(format string, args ...any) {
	b.facts = append(b.facts, Fact{Text: fmt.Sprintf(format, args...)})
}

// check tells of something that has to be so.
func (b *bench) check(ok bool, format string, args ...any) {
	b.facts = append(b.facts, Fact{Text: fmt.Sprintf(format, args...), Checked: true, Wrong: !ok})
}

// must gives up on an experiment that cannot be carried out.
func must(err error) {
	if err != nil {
		panic(supervisor.Fail(err))
	}
}

// until waits for something that comes about by itself.
func until(what string, ok func() bool) {
	again, enough := time.NewTicker(time.Millisecond), time.After(patience)
	defer again.Stop()
	for !ok() {
		select {
		case <-again.C:
		case <-enough:
			must(errors.New("waited in vain until " + what))
		}
	}
}
