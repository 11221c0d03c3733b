package audit

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// maxLine is how long a line may be: the largest payload there is, as base64.
const maxLine = 192 << 20

var (
	// errTorn is the error of a last line without a line feed.
	errTorn = errors.New("the file ends in the middle of a line")
	errLong = fmt.Errorf("the line is longer than %d bytes", maxLine)
)

// lines reads a segment, compressed or not, line by line.
type lines struct {
	from   *os.File
	r      *bufio.Reader
	number int
	long   []byte // a line that does not fit into the reader's buffer
}

func openLines(path string) (*lines, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	var r io.Reader = f
	if strings.HasSuffix(path, gzipped) {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
		}
	}
	l := linesOf(r)
	l.from = f
	return l, nil
}

// linesOf reads what needs not be closed.
func linesOf(r io.Reader) *lines { return &lines{r: bufio.NewReaderSize(r, 32<<10)} }

// next is the next line, without its line feed and until the next call. A line
// that is torn comes with errTorn. The end is io.EOF.
func (l *lines) next() ([]byte, error) {
	l.number++
	text, err := l.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		l.long = append(l.long[:0], text...)
		for errors.Is(err, bufio.ErrBufferFull) && len(l.long) <= maxLine {
			text, err = l.r.ReadSlice('\n')
			l.long = append(l.long, text...)
		}
		text = l.long
	}
	switch {
	case err == nil:
		return text[:len(text)-1], nil
	case errors.Is(err, io.EOF) && len(text) > 0:
		return text, errTorn
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, errLong
	}
	return nil, err
}

// last is the last line of all.
func (l *lines) last() (text []byte, err error) {
	for {
		t, err := l.next()
		switch {
		case errors.Is(err, io.EOF):
			return text, nil
		case err != nil:
			return nil, err
		}
		text = append(text[:0], t...)
	}
}

func (l *lines) close() { _ = l.from.Close() } // it was only read
