package access

import (
	"unsafe"

	"github.com/troupe-mq/troupe/actors/access/internal/rules"
)

// Rights are permissions, ready to be asked. They are never changed. Nil Rights
// allow everything.
type Rights struct {
	publish   direction
	subscribe direction
	responses *Responses // with its defaults filled in, nil if there are none
}

// direction is the rules for what a client sends, or for what it gets.
type direction struct{ allow, deny *rules.List }

// NewRights makes permissions ready; nil permissions are nil Rights. What is not
// valid in them matches nothing.
func NewRights(p *Permissions) *Rights {
	if p == nil {
		return nil
	}
	r := &Rights{
		publish:   direction{allow: rules.New(p.Publish.Allow), deny: rules.New(p.Publish.Deny)},
		subscribe: direction{allow: rules.New(p.Subscribe.Allow), deny: rules.New(p.Subscribe.Deny)},
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
			r.publish.allow = &rules.List{}
		}
	}
	return r
}

// MayPublish reports whether a message may be published to the subject, replies
// that were asked for left aside.
func (r *Rights) MayPublish(subject []byte) bool {
	if r == nil {
		return true
	}
	s := view(subject)
	return r.publish.allow.Allows(s, "") && !r.publish.deny.Denies(s, "")
}

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
	case !r.subscribe.allow.Allows(pattern, queue), r.subscribe.deny.Denies(pattern, queue):
		return Denied
	case r.subscribe.deny.Overlaps(pattern, queue):
		return Filtered
	default:
		return Allowed
	}
}

// MayReceive reports whether no rule forbids to deliver a message of this subject
// to a subscription that was allowed. It allocates nothing.
func (r *Rights) MayReceive(subject []byte, queue string) bool {
	return r == nil || !r.subscribe.deny.Denies(view(subject), queue)
}

// Weight is how many rules MayReceive may have to look at.
func (r *Rights) Weight() int {
	if r == nil {
		return 0
	}
	return r.subscribe.deny.Len()
}

// TellsQueuesApart reports whether MayReceive depends on the queue.
func (r *Rights) TellsQueuesApart() bool { return r != nil && r.subscribe.deny.NamesQueues() }

// Responds reports whether messages that are received grant permits.
func (r *Rights) Responds() bool { return r != nil && r.responses != nil }

// view looks at b as a string without copying it. The string must not outlive
// the call that made it: whoever owns b will write to it again.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
