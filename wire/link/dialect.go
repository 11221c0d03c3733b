package link

import "strconv"

// Dialect is which words a link uses.
type Dialect uint8

// The dialects.
const (
	Leaf           Dialect = iota // a leaf node connection
	Route                         // a route: commands name their account
	RouteOfAccount                // a route of one account: commands name none
)

// namesAccount reports whether commands of the dialect say which account they are in.
func (d Dialect) namesAccount() bool { return d == Route }

// Interest says how many subscribers a server has for a pattern. It is idempotent: another
// statement about the same pattern and queue takes the place of the one before.
type Interest struct {
	Origin  string // the cluster of the leaf node that has them; empty for none; for routes only
	Account string // for [Route]
	Subject string
	Queue   string // empty for those in no queue group
	Weight  int    // 0: there are none any more
}

// Size is at least what AppendInterest appends.
func (i *Interest) Size() int {
	const spare = 32 // verb, blanks, weight and the end of the line
	return len(i.Origin) + len(i.Account) + len(i.Subject) + len(i.Queue) + spare
}

// AppendInterest appends the LS+, LS-, RS+ or RS- that states it.
func (d Dialect) AppendInterest(dst []byte, i *Interest) []byte {
	verb := "RS"
	if d == Leaf || i.Origin != "" {
		verb = "LS"
	}
	dst = append(dst, verb...)
	if i.Weight > 0 {
		dst = append(dst, '+', ' ')
	} else {
		dst = append(dst, '-', ' ')
	}
	if i.Origin != "" && d != Leaf {
		dst = append(append(dst, i.Origin...), ' ')
	}
	if d.namesAccount() {
		dst = append(append(dst, i.Account...), ' ')
	}
	dst = append(dst, i.Subject...)
	if i.Queue != "" {
		dst = append(append(dst, ' '), i.Queue...)
		if i.Weight > 0 {
			dst = strconv.AppendInt(append(dst, ' '), int64(i.Weight), 10)
		}
	}
	return append(dst, '\r', '\n')
}

// Heads are what messages of an account begin with on a link: plain ones, and those with headers.
// The subject comes behind.
func (d Dialect) Heads(account string) (plain, headers string) {
	switch d {
	case Leaf:
		return "LMSG ", "HMSG "
	case Route:
		return "RMSG " + account + " ", "HMSG " + account + " "
	default:
		return "RMSG ", "HMSG "
	}
}

// Message is the parts of a message that names queue groups.
type Message struct {
	Head    string // one of [Dialect.Heads]
	Subject []byte
	Reply   []byte // empty for none
	Shown   []byte // the subject under which it is to be shown; empty: Subject. Reply is not empty where it is not.
	Queues  []string
	Origin  string // the cluster of the leaf node that it comes from, for a server of a cluster; empty for none
	Headers bool   // Head is that of a message with headers
	Header  uint32 // their length
	Body    []byte
}

// Size is at least what Append appends.
func (m *Message) Size() int {
	const spare = 40 // the marks, blanks, sizes and ends of lines
	n := len(m.Head) + len(m.Origin) + len(m.Subject) + len(m.Reply) + len(m.Shown) + len(m.Body) + spare
	for _, q := range m.Queues {
		n += len(q) + 1
	}
	return n
}

// Append appends it.
func (m *Message) Append(dst []byte) []byte {
	head := m.Head
	if m.Origin != "" {
		dst = append(append(append(dst, "LMSG "...), m.Origin...), ' ')
		head = head[len("RMSG "):]
	}
	dst = append(append(append(dst, head...), m.Subject...), ' ')
	switch {
	case len(m.Queues) > 0 && len(m.Reply) > 0:
		dst = append(dst, '+', ' ')
	case len(m.Queues) > 0:
		dst = append(dst, '|', ' ')
	}
	if len(m.Reply) > 0 {
		dst = append(dst, m.Reply...)
		if len(m.Shown) > 0 {
			dst = append(append(dst, '@'), m.Shown...)
		}
		dst = append(dst, ' ')
	}
	for _, q := range m.Queues {
		dst = append(append(dst, q...), ' ')
	}
	if m.Headers || m.Origin != "" {
		dst = append(strconv.AppendUint(dst, uint64(m.Header), 10), ' ')
	}
	dst = append(strconv.AppendUint(dst, uint64(len(m.Body)), 10), '\r', '\n')
	return append(append(dst, m.Body...), '\r', '\n')
}
