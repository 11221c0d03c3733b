package link

import "github.com/troupe-mq/troupe/wire"

// line is what has not been read yet of one line: buf[at:to].
type line struct {
	buf    []byte
	at, to int
}

// word takes the first word off. It is empty if there is none.
func (l *line) word() wire.Span {
	l.skip()
	at := l.at
	for l.at < l.to && !blank(l.buf[l.at]) {
		l.at++
	}
	return wire.Span{Off: uint32(at), Len: uint32(l.at - at)}
}

// last takes the last word off. It is empty if there is none.
func (l *line) last() wire.Span {
	l.trim()
	end := l.to
	for l.to > l.at && !blank(l.buf[l.to-1]) {
		l.to--
	}
	return wire.Span{Off: uint32(l.to), Len: uint32(end - l.to)}
}

// rest is all that is left.
func (l *line) rest() wire.Span {
	l.skip()
	l.trim()
	return wire.Span{Off: uint32(l.at), Len: uint32(l.to - l.at)}
}

// more reports whether there is another word.
func (l *line) more() bool {
	l.skip()
	return l.at < l.to
}

func (l *line) skip() {
	for l.at < l.to && blank(l.buf[l.at]) {
		l.at++
	}
}

func (l *line) trim() {
	for l.to > l.at && blank(l.buf[l.to-1]) {
		l.to--
	}
}

// unquoted is a text without the quotes around it.
func unquoted(buf []byte, text wire.Span) wire.Span {
	if t := text.Of(buf); len(t) >= 2 && t[0] == '\'' && t[len(t)-1] == '\'' {
		return wire.Span{Off: text.Off + 1, Len: text.Len - 2}
	}
	return text
}
