package interest

// Kind is who is behind a target: a client, or a server on a link.
type Kind uint8

// The kinds of targets.
const (
	Client Kind = iota // gets MSG and HMSG
	Hub                // a server whose leaf node this broker is
	Spoke              // a server that is a leaf node of this broker
	Route              // a server of this broker's cluster
	Engine             // a server that stores for this broker
)

// HandsOn reports whether what came from k goes on to somebody of another kind: messages,
// and in the other direction interest. The rule keeps messages from going round: one hop
// between the servers of a cluster, and none between two hubs.
func (k Kind) HandsOn(to Kind) bool { return k.Below() || to.Below() }

// Below reports whether somebody of this kind hangs on this broker, so that others reach him through it alone.
func (k Kind) Below() bool { return k != Hub && k != Route }

// Face is how messages look for a target that is a server, and which of them it gets. It
// is never changed.
type Face struct {
	Plain, Headers string // what messages begin with, and those with headers: the subject comes behind
	MaxPayload     int    // bytes; larger ones would cost the whole link
	Renames        []Rename
	Cluster        string // of a Spoke: what comes from one leaf node of a cluster is not for the others

	// Asked is told of each request about a consumer of a stream that goes over the link; nil
	// if nobody wants to know. It is called by the publisher: it must copy what it keeps.
	Asked func(subject, reply, body []byte)
}

// Rename gives subjects another beginning on a link.
type Rename struct{ From, To string }

// Rename appends the name that a subject has on the link.
func (f *Face) Rename(dst, subject []byte) []byte {
	for i := range f.Renames {
		if r := &f.Renames[i]; len(subject) > len(r.From) && string(subject[:len(r.From)]) == r.From {
			return append(append(dst, r.To...), subject[len(r.From):]...)
		}
	}
	return append(dst, subject...)
}

// Head is what a message begins with.
func (f *Face) Head(headers bool) string {
	if headers {
		return f.Headers
	}
	return f.Plain
}
