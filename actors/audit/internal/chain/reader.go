package chain

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

// lineBuffer is how many bytes are read at a time.
const lineBuffer = 32 << 10

// The errors of reading.
var (
	// ErrTorn is the error of a last line without a line feed.
	ErrTorn = errors.New("the file ends in the middle of a line")
	ErrLong = fmt.Errorf("the line is longer than %d bytes", maxLine)
)

// Reader reads a segment, compressed or not, line by line.
type Reader struct {
	from   *os.File
	r      *bufio.Reader
	Number int
	Count  func(n int) // told of bytes that are read of the file; nil: nobody is
	long   []byte      // a line that does not fit into the reader's buffer
}

// Open opens a segment, by its name's ending compressed or not.
func Open(path string) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	l := &Reader{from: f}
	var r io.Reader = counted{l}
	if strings.HasSuffix(path, Gzipped) {
		if r, err = gzip.NewReader(r); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
		}
	}
	l.r = bufio.NewReaderSize(r, lineBuffer)
	return l, nil
}

// counted is the file of a reader.
type counted struct{ l *Reader }

func (c counted) Read(p []byte) (int, error) {
	n, err := c.l.from.Read(p)
	if c.l.Count != nil {
		c.l.Count(n)
	}
	return n, err
}

// NewReader reads what needs not be closed.
func NewReader(r io.Reader) *Reader { return &Reader{r: bufio.NewReaderSize(r, lineBuffer)} }

// Next is the next line, without its line feed and until the next call. A line
// that is torn comes with ErrTorn. The end is io.EOF.
func (l *Reader) Next() ([]byte, error) {
	l.Number++
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
		return text, ErrTorn
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, ErrLong
	}
	return nil, err
}

// last is the last line of all.
func (l *Reader) last() (text []byte, err error) {
	for {
		t, err := l.Next()
		switch {
		case errors.Is(err, io.EOF):
			return text, nil
		case err != nil:
			return nil, err
		}
		text = append(text[:0], t...)
	}
}

// Is reports whether a file is the one that is read.
func (l *Reader) Is(file os.FileInfo) (bool, error) {
	own, err := l.from.Stat()
	return err == nil && os.SameFile(own, file), err
}

// Close closes the file.
func (l *Reader) Close() { _ = l.from.Close() } // it was only read
