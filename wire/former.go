package wire

import "encoding/binary"

// former is what a parser knows of the PUB or HPUB that it parsed just before.
// It is places in the buffer, not bytes: they are of use only while the next
// command stands behind it in the same buffer.
type former struct {
	at, end int     // the command, and the end of it: 0 = no former
	line    int     // length of its control line
	subject Span    // counts from at
	known   bool    // pub is that command
	pub     Command // counts from at
}

func (f *former) set(at, end, line int, subject Span) {
	f.at, f.end, f.line, f.subject = at, end, line, subject
	f.known = false
}

// again tells if subject, of the command at buf[at], is the former one's.
func (f *former) again(buf []byte, at int, subject []byte) bool {
	if at != f.end || at == 0 || len(subject) != int(f.subject.Len) {
		return false
	}
	from := f.at + int(f.subject.Off)
	old := buf[from : from+len(subject)]
	// The subjects of one publisher mostly share their front, and differ behind it.
	if i := len(old) - 8; i >= 0 && binary.LittleEndian.Uint64(old[i:]) != binary.LittleEndian.Uint64(subject[i:]) {
		return false
	}
	return string(old) == string(subject)
}

// same tells if the command at buf[at] has the former one's control line.
func (f *former) same(buf []byte, at int) bool {
	return at == f.end && at != 0 && len(buf)-at >= f.line &&
		string(buf[at:at+f.line]) == string(buf[f.at:f.at+f.line])
}

// remember keeps the former command, which is c, because its subject has come
// twice. Doing that for each would cost those that never come again.
func (f *former) remember(c *Command) {
	f.pub, f.known = *c, true
	f.pub.move(-uint32(f.at))
}
