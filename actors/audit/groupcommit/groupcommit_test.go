package groupcommit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/tap"
)

// sheet is a page of lines of text.
type sheet struct{ lines []string }

func (s *sheet) Add(n uint64, r *tap.Record, times int) {
	for i := range uint64(times) {
		s.line(n+i, r)
	}
}

func (s *sheet) line(n uint64, r *tap.Record) {
	text := r.Subject
	if r.Gap != nil {
		text = fmt.Sprintf("%d lost, outcome %d, %s", r.Gap.Count, r.Outcome, r.Gap.Reason)
	}
	s.lines = append(s.lines, fmt.Sprintf("%d %s", n, text))
}

func (s *sheet) Size() int { return len(s.lines) }

func (s *sheet) Reset() { s.lines = nil }

// shelf is a store that waits before each page to be told what becomes of it.
type shelf struct {
	verdicts chan error
	mu       sync.Mutex
	pages    [][]string
	opened   int
	openErr  error
	lines    int
}

func (s *shelf) Open(context.Context) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opened++
	return uint64(s.lines + 1), s.openErr
}

func (s *shelf) Commit(ctx context.Context, pages []Page) error {
	var lines []string
	for _, p := range pages {
		lines = append(lines, p.(*sheet).lines...)
	}
	select {
	case err := <-s.verdicts:
		if err != nil {
			return err
		}
	case <-ctx.Done():
		return ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages, s.lines = append(s.pages, lines), s.lines+len(lines)
	return nil
}

func (s *shelf) Tend() (time.Time, error) { return time.Time{}, nil }

func (s *shelf) Close() error { return nil }

func (s *shelf) stored() [][]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pages
}

// rig is an actor with its store, in virtual time.
type rig struct {
	*shelf
	system  *actor.ActorSystem
	pid     *actor.PID
	done    []string   // what batches were told, in order
	telling sync.Mutex // done
}

func run(t *testing.T, policy tap.Policy, test func(r *rig)) {
	synctest.Test(t, func(t *testing.T) {
		r := &rig{shelf: &shelf{verdicts: make(chan error, 100)}, system: actorstest.System(t)}
		r.pid = r.system.Root.Spawn(actor.PropsFromProducer(Producer(Config{
			Name: "test", Store: r.shelf, Page: func() Page { return new(sheet) }, Policy: policy, MaxBytes: 4,
		})))
		synctest.Wait()
		test(r)
		require.NoError(t, r.system.Root.PoisonFuture(r.pid).Wait())
		actorstest.Advance(t, 10*time.Second)
	})
}

func (r *rig) send(name string, count int) {
	records := make([]tap.Record, count)
	for i := range records {
		records[i] = tap.Record{Kind: tap.Published, Subject: name, Time: time.Now()}
	}
	r.system.Root.Send(r.pid, tap.NewBatch("test", func(err error) {
		r.telling.Lock()
		defer r.telling.Unlock()
		r.done = append(r.done, fmt.Sprint(name, " ", err))
	}, records...))
	synctest.Wait()
}

func (r *rig) told() []string {
	synctest.Wait()
	r.telling.Lock()
	defer r.telling.Unlock()
	return r.done
}

// What comes while a page is being stored makes up the next page, and nobody is
// told before it is stored.
func TestGroups(t *testing.T) {
	run(t, tap.Block, func(r *rig) {
		r.send("a", 1)
		r.send("b", 1)
		r.send("c", 2)
		assert.Empty(t, r.told())
		r.verdicts <- nil
		assert.Equal(t, []string{"a <nil>"}, r.told())
		r.verdicts <- nil
		assert.Equal(t, []string{"a <nil>", "b <nil>", "c <nil>"}, r.told())
		assert.Equal(t, [][]string{{"1 a"}, {"2 b", "3 c", "4 c"}}, r.stored())
	})
}

var errFull = errors.New("full")

func TestFailure(t *testing.T) {
	for _, tt := range []struct {
		policy tap.Policy
		told   []string
		lost   string
	}{
		{tap.Block, []string{"a full", "b full", "c full", "d <nil>"}, "1 4 lost, outcome 4, full"},
		{tap.Drop, []string{"a <nil>", "b <nil>", "d <nil>"}, "1 4 lost, outcome 0, full"},
	} {
		run(t, tt.policy, func(r *rig) {
			r.send("a", 1)
			r.send("b", 2)
			r.verdicts <- errFull
			r.told()
			r.send("c", 1)
			assert.Len(t, r.told(), len(tt.told)-1)
			r.mu.Lock()
			r.openErr = errFull
			r.mu.Unlock()
			<-time.After(minDelay * 3 / 2)
			r.mu.Lock()
			r.openErr = nil
			r.mu.Unlock()
			<-time.After(3 * minDelay)
			r.verdicts <- nil
			r.send("d", 1)
			r.verdicts <- nil
			assert.Equal(t, tt.told, r.told())
			assert.Equal(t, [][]string{{tt.lost}, {"2 d"}}, r.stored())
			r.mu.Lock()
			defer r.mu.Unlock()
			assert.Equal(t, 3, r.opened)
		})
	}
}

// A store that hangs costs no memory: publishers are refused.
func TestTooMuchWaits(t *testing.T) {
	run(t, tap.Block, func(r *rig) {
		for range 9 {
			r.send("a", 2)
		}
		assert.Equal(t, []string{"a " + ErrBehind.Error()}, r.told()[:1])
		for range 3 {
			r.verdicts <- nil
		}
		r.told()
		assert.Equal(t, [][]string{{"1 a", "2 a"}, {"3 a", "4 a", "5 a", "6 a"}, {"7 12 lost, outcome 4, " + ErrBehind.Error()}}, r.stored())
	})
}

// Where messages may be lost, it is left to the feed what of those that are not
// taken is too much.
func TestTooMuchWaitsOutside(t *testing.T) {
	run(t, tap.Drop, func(r *rig) {
		for range 9 {
			r.send("a", 2)
		}
		for taken := range 9 {
			assert.LessOrEqual(t, len(r.told()), 2*taken, "no more than what is stored")
			r.verdicts <- nil
		}
		assert.Len(t, r.told(), 9)
		var all []string
		for _, page := range r.stored() {
			assert.LessOrEqual(t, len(page), 4)
			all = append(all, page...)
		}
		assert.Len(t, all, 18)
		assert.Equal(t, "18 a", all[17])
	})
}

// News of what the feed loses does not pile up.
func TestGapsWhileTooMuchWaits(t *testing.T) {
	run(t, tap.Drop, func(r *rig) {
		for range 4 {
			r.send("a", 2)
		}
		for range 100 {
			r.system.Root.Send(r.pid, tap.NewBatch("test", nil, tap.Record{Kind: tap.Lost, Gap: &tap.Gap{Count: 3}}))
		}
		for range 4 {
			r.verdicts <- nil
		}
		assert.Len(t, r.told(), 4)
		var all []string
		for _, page := range r.stored() {
			all = append(all, page...)
		}
		assert.Equal(t, []string{"1 a", "2 a", "3 a", "4 a", "5 a", "6 a", "7 300 lost, outcome 0, " + ErrBehind.Error(), "8 a", "9 a"}, all)
	})
}

// What is not taken when the store fails is lost with the rest.
func TestUnreadIsLost(t *testing.T) {
	run(t, tap.Drop, func(r *rig) {
		for range 5 {
			r.send("a", 2)
		}
		r.verdicts <- errFull
		assert.Equal(t, slices.Repeat([]string{"a <nil>"}, 5), r.told())
		actorstest.Advance(t, time.Second)
		r.verdicts <- nil
		r.told()
		assert.Equal(t, [][]string{{"1 10 lost, outcome 0, full"}}, r.stored())
	})
}

// Gaps that the broker tells of are part of what is lost.
func TestLostGaps(t *testing.T) {
	var s span
	s.add(&tap.Record{Kind: tap.Published, Time: time.Unix(5, 0)}, 1)
	s.add(&tap.Record{Kind: tap.Lost, Gap: &tap.Gap{From: time.Unix(1, 0), To: time.Unix(9, 0), Count: 7}}, 1)
	assert.Equal(t, span{from: time.Unix(1, 0), to: time.Unix(9, 0), count: 8}, s)
}

// The last page is stored before the actor ends, and one that hangs is given up.
func TestEnd(t *testing.T) {
	run(t, tap.Block, func(r *rig) {
		r.send("a", 1)
		r.send("b", 1)
		r.verdicts <- nil
		r.verdicts <- nil
		require.NoError(t, r.system.Root.StopFuture(r.pid).Wait())
		assert.Equal(t, []string{"a <nil>", "b <nil>"}, r.told())
	})
	run(t, tap.Block, func(r *rig) {
		r.send("a", 1)
		r.send("b", 1)
		require.NoError(t, r.system.Root.StopFuture(r.pid).Wait())
		assert.Equal(t, []string{"a context canceled", "b context canceled"}, r.told())
	})
}
