package audit

import (
	"encoding/hex"
	"fmt"
	"time"

	"github.com/troupe-mq/troupe/actors/tap"
)

// shown is where the log has got to, as others see it. It is a value that nobody changes.
type shown struct {
	state
	at     time.Time     // of the last commit
	took   time.Duration // the last commit, with its sync
	behind string        // what was found behind the last seal when the log was opened
}

// show has others see where the log has got to.
func (j *journal) show(took time.Duration) {
	s := &shown{state: j.state, at: time.Now(), took: took, behind: j.behind}
	j.shown.Store(s)
}

// says is what the log says of itself: the head of its chain, how long the disk takes, and whether what
// was there fitted when it was opened.
func (j *journal) says() []tap.Fact {
	s := j.shown.Load()
	if s == nil {
		return nil
	}
	facts := []tap.Fact{
		{Name: "File", Value: j.config.File},
		{Name: "Records", Value: fmt.Sprintf("%d, in segments %d to %d", s.last, max(s.oldest, 1), s.segment)},
		{Name: "Head of the chain", Value: hex.EncodeToString(s.hash[:])},
	}
	if s.took > 0 {
		facts = append(facts, tap.Fact{Name: "Last commit", Value: fmt.Sprintf("%s, took %s", s.at.UTC().Format(time.DateTime+" UTC"), s.took.Round(time.Microsecond))})
	}
	signed := "no key: the chain shows what was altered, and not by whom"
	if j.public != "" {
		signed = "by " + j.public
	}
	verified := s.behind
	if verified == "" {
		verified = "its beginning and its last seal fitted when the log was opened"
	}
	return append(facts, tap.Fact{Name: "Signed", Value: signed}, tap.Fact{Name: "Verified", Value: verified + "; troupe audit verify reads all of it"})
}
