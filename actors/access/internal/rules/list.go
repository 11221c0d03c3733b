package rules

import (
	"fmt"
	"strings"

	"github.com/troupe-mq/troupe/topics"
)

// List is rules: those about everybody, and those about queues. It is never changed. A nil List is none at all, and an
// empty one matches nothing.
type List struct {
	literal map[string]bool
	wild    map[string][]string // patterns by their first token; those that begin with a wildcard under ""
	queues  []queueRule
	n       int // all but the literals
}

type queueRule struct{ subject, queue string }

// New takes rules apart; nil for none. What is not valid matches nothing.
func New(rules []string) *List {
	if len(rules) == 0 {
		return nil
	}
	l := &List{literal: make(map[string]bool), wild: make(map[string][]string)}
	for _, rule := range rules {
		switch subject, queue, err := Split(rule); {
		case err != nil:
		case queue != "":
			l.queues = append(l.queues, queueRule{subject, queue})
			l.n++
		case topics.Literal(subject):
			l.literal[subject] = true
		default:
			first := firstOf(subject)
			l.wild[first] = append(l.wild[first], subject)
			l.n++
		}
	}
	return l
}

// has reports whether a pattern about everybody matches the subject.
func (l *List) has(subject string) bool {
	if l.literal[subject] {
		return true
	}
	return matchAny(l.wild[firstOf(subject)], subject) || matchAny(l.wild[""], subject)
}

// firstOf is what patterns are found by: the first token, or nothing if that is a wildcard.
func firstOf(subject string) string {
	first, _, _ := strings.Cut(subject, ".")
	if first == "*" || first == ">" {
		return ""
	}
	return first
}

func matchAny(patterns []string, subject string) bool {
	for _, p := range patterns {
		if topics.Matches(p, subject) {
			return true
		}
	}
	return false
}

// Len is how many rules a question may have to look at.
func (l *List) Len() int {
	if l == nil {
		return 0
	}
	return l.n
}

// NamesQueues reports whether there are rules about queues.
func (l *List) NamesQueues() bool { return l != nil && len(l.queues) > 0 }

// hasQueue reports whether there are patterns about queues that match the
// subject, and whether one of them is about this queue.
func (l *List) hasQueue(subject, queue string) (any, this bool) {
	for _, q := range l.queues {
		if topics.Matches(q.subject, subject) {
			any = true
			if q.queue == queue || topics.Matches(q.queue, queue) {
				return true, true
			}
		}
	}
	return any, false
}

// Denies reports whether a deny list forbids the subject to a subscriber, who is
// in a queue if that is not empty.
func (l *List) Denies(subject, queue string) bool {
	if l == nil {
		return false
	}
	if l.has(subject) {
		return true
	}
	if queue == "" {
		return false
	}
	_, this := l.hasQueue(subject, queue)
	return this
}

// Allows reports whether an allow list permits the subject to a subscriber. A
// pattern about queues that matches speaks for all of them: others are out.
func (l *List) Allows(subject, queue string) bool {
	if l == nil {
		return true
	}
	if queue != "" {
		if some, this := l.hasQueue(subject, queue); some {
			return this
		}
	}
	return l.has(subject)
}

// Overlaps reports whether a deny list concerns some of the subjects that a
// subscriber would receive.
func (l *List) Overlaps(pattern, queue string) bool {
	if l == nil || topics.Literal(pattern) {
		return false // it was asked about the subject itself
	}
	for literal := range l.literal {
		if topics.Matches(pattern, literal) {
			return true
		}
	}
	mine := firstOf(pattern)
	for first, some := range l.wild {
		if mine == "" || first == "" || mine == first {
			for _, w := range some {
				if topics.Overlap(pattern, w) {
					return true
				}
			}
		}
	}
	for _, q := range l.queues {
		if queue != "" && topics.Overlap(pattern, q.subject) {
			return true
		}
	}
	return false
}

// Split takes "subject" or "subject queue" apart.
func Split(rule string) (subject, queue string, err error) {
	parts := strings.Fields(rule)
	if len(parts) == 0 || len(parts) > 2 || !topics.ValidPattern(parts[0]) {
		return "", "", fmt.Errorf("%q is neither a subject nor a subject and a queue", rule)
	}
	if len(parts) == 2 {
		queue = parts[1]
	}
	return parts[0], queue, nil
}
