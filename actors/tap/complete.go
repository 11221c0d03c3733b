package tap

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/topics"
)

// The defaults of a Spec.
const (
	defaultTapBytes    = 16 << 20
	defaultTapBatch    = 8192
	defaultTapDelay    = 5 * time.Millisecond
	defaultTapDeadline = 5 * time.Second
	defaultTapPatience = 30 * time.Second
)

// ErrSpec is the error of a [Spec] that makes no sense, of a name that another tap has, and of a
// name that no tap has.
var ErrSpec = errors.New("troupe: tap")

// Complete returns the spec with its defaults filled in, or an [ErrSpec] that says what is wrong.
func (s Spec) Complete() (Spec, error) {
	switch {
	case s.Name == "" || strings.ContainsAny(s.Name, "/ \t\r\n"):
		return s, fmt.Errorf("%w: %q is no name", ErrSpec, s.Name)
	case s.Policy > Block || s.Feeds > Lifecycle|Commands|Presence:
		return s, fmt.Errorf("%w: %s has a policy or a feed that there is not", ErrSpec, s.Name)
	case s.MaxBytes < 0 || s.MaxGiven < 0 || s.MaxBatch < 0 || s.MaxDelay < 0 || s.Deadline < 0 || s.StuckAfter < 0 || !s.Payload.Valid():
		return s, fmt.Errorf("%w: %s has a negative limit", ErrSpec, s.Name)
	}
	for _, pattern := range s.Subjects {
		if !topics.ValidPattern(pattern) {
			return s, fmt.Errorf("%w: %s: %q is no subject", ErrSpec, s.Name, pattern)
		}
	}
	if len(s.Subjects) == 0 {
		s.Subjects = []string{">"}
	}
	s.Feeds = cmp.Or(s.Feeds, Lifecycle|Commands)
	s.MaxBytes = cmp.Or(s.MaxBytes, defaultTapBytes)
	s.MaxGiven = cmp.Or(s.MaxGiven, s.MaxBytes)
	s.MaxBatch = cmp.Or(s.MaxBatch, defaultTapBatch)
	s.MaxDelay = cmp.Or(s.MaxDelay, defaultTapDelay)
	s.Deadline = cmp.Or(s.Deadline, defaultTapDeadline)
	s.StuckAfter = cmp.Or(s.StuckAfter, defaultTapPatience)
	return s, nil
}

// MayLose reports whether messages may be published that the tap does not have: with [Drop], or
// with LetThrough.
func (s *Spec) MayLose() bool { return s.Policy == Drop || s.LetThrough }
