package chain

import (
	"bytes"
	"errors"
	"io"
)

// ClosingSeal is the last line of a closed segment.
func ClosingSeal(path string) (s Seal, err error) {
	r, err := Open(path)
	if err != nil {
		return s, err
	}
	defer r.Close()
	text, err := r.last()
	if err != nil {
		return s, err
	}
	l, err := ParseLine(text)
	if err != nil {
		return s, err
	}
	if s, err = ParseSeal(l); err == nil && !s.Closed {
		err = errors.New("it is not the seal that closes the segment")
	}
	return s, err
}

// longestSeal is more than a seal's line takes.
const longestSeal = 1 << 10

var sealBegin = []byte("\n{\"seal\":")

// LastSeal finds the last seal and where its line ends, or 0 if there is none. A
// line feed and a quote are in no string of a line, so that nothing else looks like
// one.
func LastSeal(f io.ReaderAt, size int64) (Seal, int64, error) {
	const step = 64 << 10
	for to := size; to > 0; to -= step {
		from := max(0, to-step)
		b := make([]byte, min(size, to+longestSeal)-from)
		if _, err := f.ReadAt(b, from); err != nil && !errors.Is(err, io.EOF) {
			return Seal{}, 0, err
		}
		window := b[:min(int(to-from)+len(sealBegin)-1, len(b))] // one that begins before to
		for {
			at := bytes.LastIndex(window, sealBegin)
			if at < 0 {
				break
			}
			window = window[:at+len(sealBegin)-1]
			text, _, whole := bytes.Cut(b[at+1:], []byte{'\n'})
			l, err := ParseLine(text)
			if !whole || err != nil {
				continue
			}
			if s, err := ParseSeal(l); err == nil {
				return s, from + int64(at+1+len(text)+1), nil
			}
		}
	}
	return Seal{}, 0, nil
}
