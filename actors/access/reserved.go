package access

import "bytes"

// What servers use among themselves is nobody's to publish to, whatever the
// permissions say.
var (
	reservedSubjects = [][]byte{[]byte("_GR_."), []byte("$NRG.")}
	reservedReplies  = [][]byte{[]byte("_R_."), []byte("$JS.ACK."), []byte("_GR_.")}
)

// reservedQueue is the queue group that servers use among themselves.
const reservedQueue = "_sys_"

// ReservedSubject reports whether no client may publish to the subject.
func ReservedSubject(subject []byte) bool {
	return special(subject) && begins(subject, reservedSubjects)
}

// ReservedReply reports whether no client may publish with this reply subject.
func ReservedReply(reply []byte) bool { return special(reply) && begins(reply, reservedReplies) }

// ReservedQueue reports whether no client may be a member of the queue group.
func ReservedQueue(queue []byte) bool { return string(queue) == reservedQueue }

// special is all that most subjects are asked.
func special(subject []byte) bool {
	return len(subject) > 0 && (subject[0] == '_' || subject[0] == '$')
}

func begins(subject []byte, prefixes [][]byte) bool {
	for _, p := range prefixes {
		if bytes.HasPrefix(subject, p) {
			return true
		}
	}
	return false
}
