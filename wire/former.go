package wire

// former is what a parser knows of the PUB or HPUB that it parsed just before.
// It is places in the buffer, not bytes: they are of use only while the next
// command stands behind it in the same buffer.
type former struct {
	at, line, end       int // the command, the end of its control line, its end; end 0 = no former
	subject, subjectEnd int
	known               bool // pub is that command, with spans that count from its start
	pub                 Command
}

func (f *former) set(at, line, end, subject, subjectEnd int) {
	f.at, f.line, f.end, f.subject, f.subjectEnd = at, line, end, subject, subjectEnd
	f.known = false
}

// again tells if subject, of the command at buf[at], is the former one's.
func (f *former) again(buf []byte, at int, subject []byte) bool {
	return at == f.end && at != 0 && string(buf[f.subject:f.subjectEnd]) == string(subject)
}

// same tells if the command at buf[at] has the former one's control line.
func (f *former) same(buf []byte, at int) bool {
	n := f.line - f.at
	return at == f.end && at != 0 && len(buf)-at >= n && string(buf[at:at+n]) == string(buf[f.at:f.line])
}

// next makes the former command the one behind it, which has the same n bytes
// but for its payload.
func (f *former) next(n int) {
	f.at += n
	f.line += n
	f.end += n
	f.subject += n
	f.subjectEnd += n
}

// remember keeps the former command, which is c, because its subject has come
// twice. Doing that for each would cost those that never come again.
func (f *former) remember(c *Command) {
	f.pub, f.known = *c, true
	f.pub.move(-uint32(f.at))
}
