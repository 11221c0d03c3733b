package front

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"strconv"
	"time"
)

// The sizes of the memory that answers are written to. Of a short answer nothing
// is counted: there are no more of them than connections.
const (
	shortAnswer = 4 << 10
	pieceSize   = 64 << 10
)

// draft is an answer in memory. A handler writes it, and needs not wait for the
// one who reads it.
type draft struct {
	budget *budget
	from   netip.Addr
	close  func() // ends the connection

	header http.Header
	status int
	pieces [][]byte
	size   int64
	failed error               // why it cannot be sent
	direct http.ResponseWriter // what it would be sent by
	live   bool                // it is not sent: the handler writes to direct

	// These belong to the budget.
	held  int64     // bytes of it that are counted
	since time.Time // when it was begun, or some of it was taken
	lost  bool      // its bytes were taken from it
}

// Why an answer cannot be sent.
var (
	errTooLarge = errors.New("the answer is too large")
	errNoRoom   = errors.New("too much is being answered at a time")
)

// Header is sent in front of it.
func (d *draft) Header() http.Header { return d.header }

// WriteHeader sets the status. As with net/http, the first one holds.
func (d *draft) WriteHeader(status int) {
	if d.status == 0 {
		d.status = status
	}
}

// Write adds to it, or fails if there is no more room.
func (d *draft) Write(b []byte) (written int, err error) {
	d.WriteHeader(http.StatusOK)
	for len(b) > 0 {
		if err := d.makeRoom(); err != nil {
			return written, err
		}
		last := &d.pieces[len(d.pieces)-1]
		n := min(len(b), cap(*last)-len(*last))
		*last = append(*last, b[:n]...)
		written, b, d.size = written+n, b[n:], d.size+int64(n)
	}
	return written, nil
}

// makeRoom begins a new piece if the last is full.
func (d *draft) makeRoom() error {
	n := len(d.pieces)
	switch {
	case d.failed != nil:
	case n == 0:
		d.pieces = append(d.pieces, make([]byte, 0, shortAnswer))
	case len(d.pieces[n-1]) < cap(d.pieces[n-1]):
	case d.size+pieceSize > d.budget.limits.answer:
		d.failed = errTooLarge
	case !d.budget.take(d, pieceSize):
		d.failed = errNoRoom
	default:
		d.pieces = append(d.pieces, make([]byte, 0, pieceSize))
	}
	return d.failed
}

// Anew takes back all that a handler has written. There is not more room for it
// then, if that was the matter.
func Anew(w http.ResponseWriter) {
	if d, ok := w.(*draft); ok {
		d.discard()
		clear(d.header)
		d.pieces, d.status, d.size = nil, 0, 0
	}
}

// Live is the network behind the answer, for what goes on for as long as somebody
// listens: what is written there is not held back. Whoever takes nothing of it for
// a while is closed, as with every answer. The handler has to end when the request's
// context does, and has to bound how many there are. It is nil if w is no answer of a
// front.
func Live(w http.ResponseWriter) http.ResponseWriter {
	d, ok := w.(*draft)
	if !ok {
		return nil
	}
	d.live = true
	return d.direct
}

// send sends it, and gives the memory back piece by piece.
func (d *draft) send(w http.ResponseWriter) {
	if d.live {
		return
	}
	if d.failed == nil && !d.budget.send(d) {
		d.failed = errNoRoom
	}
	if d.failed != nil {
		d.apologise(w)
		return
	}
	maps.Copy(w.Header(), d.header)
	w.Header().Set("Content-Length", strconv.FormatInt(d.size, 10))
	if d.status != 0 {
		w.WriteHeader(d.status)
	}
	for i, p := range d.pieces {
		if _, err := w.Write(p); err != nil {
			return // net/http closes the connection
		}
		d.pieces[i] = nil
		d.budget.took(d, i)
	}
}

// apologise says why there is no answer.
func (d *draft) apologise(w http.ResponseWriter) {
	d.discard()
	d.pieces = nil
	if errors.Is(d.failed, errTooLarge) {
		refuse(w, http.StatusBadRequest, fmt.Sprintf("%v: ask for a smaller limit than one that takes %d MB", d.failed, d.budget.limits.answer>>20))
		return
	}
	refuse(w, http.StatusServiceUnavailable, d.failed.Error())
}

// discard gives back what it holds.
func (d *draft) discard() { d.budget.release(d) }
