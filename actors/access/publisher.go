package access

// Publisher remembers what one connection may publish. It belongs to that
// connection. A nil Publisher may publish everything.
type Publisher struct {
	rights *Rights
	known  map[string]bool
}

// What a Publisher remembers: longer subjects, and more of them, are looked up.
const (
	maxKnown     = 1024
	longestKnown = 128 // bytes
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
		if len(p.known) >= maxKnown {
			clear(p.known)
		}
		p.known[string(subject)] = ok
	}
	return ok
}
