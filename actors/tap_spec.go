package actors

import (
	"fmt"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/topics"
)

// What a TapSpec means when it leaves something open.
const (
	defaultTapBytes    = 16 << 20
	defaultTapBatch    = 8192
	defaultTapDelay    = 5 * time.Millisecond
	defaultTapDeadline = 5 * time.Second
	defaultTapPatience = 30 * time.Second
)

// complete fills in the defaults, or says what is wrong.
func (s TapSpec) complete() (TapSpec, error) {
	switch {
	case s.Name == "" || strings.ContainsAny(s.Name, "/ \t\r\n"):
		return s, fmt.Errorf("%w: %q is no name", ErrTap, s.Name)
	case s.Policy > TapBlock || s.Feeds > LifecycleFeed|CommandFeed|PresenceFeed:
		return s, fmt.Errorf("%w: %s has a policy or a feed that there is not", ErrTap, s.Name)
	case s.MaxBytes < 0 || s.MaxGiven < 0 || s.MaxBatch < 0 || s.MaxDelay < 0 || s.Deadline < 0 || s.StuckAfter < 0 || s.Payload.first < 0:
		return s, fmt.Errorf("%w: %s has a negative limit", ErrTap, s.Name)
	}
	for _, pattern := range s.Subjects {
		if !topics.ValidPattern(pattern) {
			return s, fmt.Errorf("%w: %s: %q is no subject", ErrTap, s.Name, pattern)
		}
	}
	if len(s.Subjects) == 0 {
		s.Subjects = []string{">"}
	}
	or(&s.Feeds, LifecycleFeed|CommandFeed)
	or(&s.MaxBytes, defaultTapBytes)
	or(&s.MaxGiven, s.MaxBytes)
	or(&s.MaxBatch, defaultTapBatch)
	or(&s.MaxDelay, defaultTapDelay)
	or(&s.Deadline, defaultTapDeadline)
	or(&s.StuckAfter, defaultTapPatience)
	return s, nil
}

// mayLose reports whether messages are published that the tap does not have.
func (s *TapSpec) mayLose() bool { return s.Policy == TapDrop || s.LetThrough }
