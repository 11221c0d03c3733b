package interest

import "strings"

// What servers on links want is in the index beside what clients want, in groups that no
// client can name: so a result tells the two apart, and who is near is asked first.

// Far is the group of the servers that want a subject for subscribers in no queue group.
const Far = "\x00"

// FarQueue is the group of the servers that have members of a queue group.
func FarQueue(queue string) string { return Far + queue }

// IsFar reports whether a group is one of servers.
func IsFar(group string) bool { return strings.HasPrefix(group, Far) }

// NearName is the queue group that the servers of a far group have members of; empty for
// [Far] itself.
func NearName(group string) string { return strings.TrimPrefix(group, Far) }

// AppendKey appends the id of what a server wants. On a route the account is a part of it, and the cluster of those leaf nodes of
// the server that want it, empty for its own clients.
func AppendKey(dst, subject, queue, account, origin []byte) []byte {
	dst = append(append(append(dst, subject...), '\t'), queue...)
	if len(account) > 0 {
		dst = append(append(dst, '\t'), account...)
	}
	if len(origin) > 0 {
		dst = append(append(dst, '\n'), origin...)
	}
	return dst
}

// Origin is the cluster of the leaf nodes that the server of a route wants a subject for, empty for its own clients.
func (s *Subscription) Origin() string {
	_, origin, _ := strings.Cut(s.SID(), "\n")
	return origin
}

// maxWeight is the most members that a server is believed to have in a group.
const maxWeight = 1<<16 - 1

// NewRemote is what a server on a link wants: weight is how many members it has in the
// queue group, if there is one. Its id is key, which is unique among those of the link.
func NewRemote(to *Target, subject, queue, key []byte, weight int) *Subscription {
	far := append([]byte(Far), queue...)
	s := NewSubscription(to, subject, far, key)
	s.parts &= 1<<(2*lengthBits) - 1
	s.parts |= uint64(min(max(weight, 1), maxWeight)) << (2 * lengthBits)
	return s
}
