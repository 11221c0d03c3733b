package observer

import (
	"context"
	"crypto/rand"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/troupe-mq/troupe/actors/front"
	"github.com/troupe-mq/troupe/supervisor"
)

// The bounds of the console.
const (
	consoles   = 16               // at a time
	ticketTime = 10 * time.Second // from the permission to the connection
	longest    = 64 << 10         // bytes of one message from the page
	chunk      = 16 << 10         // bytes of one message to the page
)

// tickets are permissions to open a console. A WebSocket of a browser cannot carry what
// proves a right, so that was proved a moment before. It belongs to all handlers, which
// is why it has a lock.
type tickets struct {
	mu    sync.Mutex
	until map[string]time.Time
	open  int // consoles
}

// issue makes one. It is not ok if there are as many already as there can be consoles.
func (t *tickets) issue(now time.Time) (ticket string, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for old, until := range t.until {
		if now.After(until) {
			delete(t.until, old)
		}
	}
	if len(t.until)+t.open >= consoles {
		return "", false
	}
	if t.until == nil {
		t.until = make(map[string]time.Time)
	}
	ticket = rand.Text()
	t.until[ticket] = now.Add(ticketTime)
	return ticket, true
}

// redeem takes one back for a console. It is not ok if there is none.
func (t *tickets) redeem(ticket string, now time.Time) (ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	until, there := t.until[ticket]
	delete(t.until, ticket)
	if !there || now.After(until) {
		return false
	}
	t.open++
	return true
}

func (t *tickets) closed() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open--
}

// openConsole answers with a ticket.
func (o *Observer) openConsole(w http.ResponseWriter, r *http.Request) { issue(&o.keys, w, r) }

func issue(of *tickets, w http.ResponseWriter, r *http.Request) {
	ticket, ok := of.issue(time.Now())
	if !ok {
		refuse(w, http.StatusServiceUnavailable, "too many of these are open")
		return
	}
	answer(w, r, struct {
		Ticket string `json:"ticket"`
	}{ticket})
}

// console connects a page to the broker, as a client of this process that has not said
// who it is. What goes through are bytes of the protocol.
func (o *Observer) console(w http.ResponseWriter, r *http.Request) {
	if ofPage(r) != nil || !o.keys.redeem(r.URL.Query().Get("ticket"), time.Now()) {
		refuse(w, http.StatusForbidden, errNotOurs.Error())
		return
	}
	defer o.keys.closed()
	direct := front.Live(w)
	if direct == nil {
		refuse(w, http.StatusInternalServerError, errNoStream.Error())
		return
	}
	socket, err := websocket.Accept(direct, r, nil) // which answers for itself, and turns other origins away
	if err != nil {
		return
	}
	defer socket.CloseNow() //nolint:errcheck // nobody is left to be told
	socket.SetReadLimit(longest)
	nc, err := o.broker.InProcessConn()
	if err != nil {
		_ = socket.Close(websocket.StatusGoingAway, plain(err)) // the page sees that it is over
		return
	}
	defer nc.Close()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	supervisor.Go(o.broker.Report, "monitor/"+name, func() {
		defer cancel()
		defer nc.Close()
		for {
			_, b, err := socket.Read(ctx)
			if err != nil {
				return
			}
			if _, err := nc.Write(b); err != nil {
				return
			}
		}
	})
	b := make([]byte, chunk)
	for {
		n, err := nc.Read(b)
		if n > 0 && write(ctx, socket, b[:n]) != nil {
			return
		}
		if err != nil {
			_ = socket.Close(websocket.StatusNormalClosure, "the broker has closed the connection") // the page may be gone
			return
		}
	}
}

// write sends bytes to the page, which has to take them within a while.
func write(ctx context.Context, socket *websocket.Conn, b []byte) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return socket.Write(ctx, websocket.MessageBinary, b)
}
