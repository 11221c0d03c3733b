package access

// Publisher remembers what one connection may publish. It belongs to that
// connection. A nil Publisher may publish everything.
type Publisher struct {
	rights *Rights
	known  map[string]bool
	bytes  int // that known takes
}

// What a Publisher remembers: longer subjects, and more of them, are looked up.
const (
	maxKnownBytes = 32 << 10
	knownBytes    = 64 // of one beside the subject itself
	longestKnown  = 128
)

// NewPublisher is the memory of somebody with these rights; nil if they are nil.
func (r *Rights) NewPublisher() *Publisher {
	if r == nil {
		return nil
	}
	return &Publisher{rights: r, known: make(map[string]bool)}
}

// May reports whether a message may be published to the subject, as
// [Rights.MayPublish] does. For a subject that it remembers it allocates nothing.
func (p *Publisher) May(subject []byte) bool {
	if p == nil {
		return true
	}
	if ok, found := p.known[string(subject)]; found {
		return ok
	}
	ok := p.rights.MayPublish(subject)
	if len(subject) <= longestKnown {
		if p.bytes += knownBytes + len(subject); p.bytes > maxKnownBytes {
			clear(p.known)
			p.bytes = knownBytes + len(subject)
		}
		p.known[string(subject)] = ok
	}
	return ok
}
