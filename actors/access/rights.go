package access

import (
	"unsafe"

	"github.com/troupe-mq/troupe/topics"
)

// Rights are permissions, ready to be asked. They are never changed. Nil Rights
// allow everything.
type Rights struct {
	publish   *rules
	subscribe *rules
	responses *Responses // with its defaults filled in, nil if there are none
}

// rules are the patterns of one direction. A nil set is none at all.
type rules struct{ allow, deny *set }

// set is patterns: those about everybody, and those about queues.
type set struct {
	literal map[string]bool
	wild    []string
	queues  []queueRule
}

type queueRule struct{ subject, queue string }

// NewRights makes permissions ready; nil permissions are nil Rights. What is not
// valid in them matches nothing.
func NewRights(p *Permissions) *Rights {
	if p == nil {
		return nil
	}
	r := &Rights{
		publish:   &rules{allow: newSet(p.Publish.Allow), deny: newSet(p.Publish.Deny)},
		subscribe: &rules{allow: newSet(p.Subscribe.Allow), deny: newSet(p.Subscribe.Deny)},
	}
	if p.Responses != nil {
		responses := *p.Responses
		if responses.Max == 0 {
			responses.Max = DefaultResponses
		}
		if responses.Expires == 0 {
			responses.Expires = DefaultResponseExpires
		}
		r.responses = &responses
		if r.publish.allow == nil {
			r.publish.allow = &set{}
		}
	}
	return r
}

func newSet(patterns []string) *set {
	if len(patterns) == 0 {
		return nil
	}
	s := &set{literal: make(map[string]bool)}
	for _, rule := range patterns {
		switch subject, queue, err := splitRule(rule); {
		case err != nil:
		case queue != "":
			s.queues = append(s.queues, queueRule{subject, queue})
		case topics.Literal(subject):
			s.literal[subject] = true
		default:
			s.wild = append(s.wild, subject)
		}
	}
	return s
}

// has reports whether a pattern about everybody matches the subject.
func (s *set) has(subject string) bool {
	if s.literal[subject] {
		return true
	}
	for _, p := range s.wild {
		if topics.Matches(p, subject) {
			return true
		}
	}
	return false
}

// hasQueue reports whether there are patterns about queues that match the
// subject, and whether one of them is about this queue.
func (s *set) hasQueue(subject, queue string) (any, this bool) {
	for _, q := range s.queues {
		if topics.Matches(q.subject, subject) {
			any = true
			if q.queue == queue || topics.Matches(q.queue, queue) {
				return true, true
			}
		}
	}
	return any, false
}

// denies reports whether a deny list forbids the subject to a subscriber, who is
// in a queue if that is not empty.
func (s *set) denies(subject, queue string) bool {
	if s == nil {
		return false
	}
	if s.has(subject) {
		return true
	}
	if queue == "" {
		return false
	}
	_, this := s.hasQueue(subject, queue)
	return this
}

// allows reports whether an allow list permits the subject to a subscriber. A
// pattern about queues that matches speaks for all of them: others are out.
func (s *set) allows(subject, queue string) bool {
	if s == nil {
		return true
	}
	if queue != "" {
		if some, this := s.hasQueue(subject, queue); some {
			return this
		}
	}
	return s.has(subject)
}

// overlaps reports whether a deny list concerns some of the subjects that a
// subscriber would receive.
func (s *set) overlaps(pattern, queue string) bool {
	if s == nil || topics.Literal(pattern) {
		return false // it was asked about the subject itself
	}
	for literal := range s.literal {
		if topics.Matches(pattern, literal) {
			return true
		}
	}
	for _, w := range s.wild {
		if topics.Overlap(pattern, w) {
			return true
		}
	}
	for _, q := range s.queues {
		if queue != "" && topics.Overlap(pattern, q.subject) {
			return true
		}
	}
	return false
}

// MayPublish reports whether a message may be published to the subject, replies
// that were asked for left aside.
func (r *Rights) MayPublish(subject []byte) bool {
	if r == nil {
		return true
	}
	s := view(subject)
	return r.publish.allows(s) && !r.publish.denies(s)
}

func (l *rules) allows(subject string) bool { return l.allow == nil || l.allow.has(subject) }

func (l *rules) denies(subject string) bool { return l.deny != nil && l.deny.has(subject) }

// Decision is what becomes of a SUB.
type Decision uint8

// The decisions about a SUB.
const (
	Denied   Decision = iota
	Filtered          // allowed, but each message must be asked about by MayReceive
	Allowed
)

// Subscribe decides about a SUB; queue may be empty. The pattern is compared with
// the rules as if it were a subject: in.* allows to subscribe to in.* and to in.>.
func (r *Rights) Subscribe(pattern, queue string) Decision {
	switch {
	case r == nil:
		return Allowed
	case !r.subscribe.allow.allows(pattern, queue), r.subscribe.deny.denies(pattern, queue):
		return Denied
	case r.subscribe.deny.overlaps(pattern, queue):
		return Filtered
	default:
		return Allowed
	}
}

// MayReceive reports whether no rule forbids to deliver a message of this subject
// to a subscription that was allowed. It allocates nothing.
func (r *Rights) MayReceive(subject []byte, queue string) bool {
	return r == nil || !r.subscribe.deny.denies(view(subject), queue)
}

// Responds reports whether messages that are received grant permits.
func (r *Rights) Responds() bool { return r != nil && r.responses != nil }

// view looks at b as a string without copying it. The string must not outlive
// the call that made it: whoever owns b will write to it again.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
