package transport

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/frames"
	"github.com/troupe-mq/troupe/actors/internal/inbound"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/report"
)

// WebConn is a WebSocket as a net.Conn: what comes in frames goes on as bytes, as soon as it is there, and what is
// written goes out as a binary frame. Messages mean nothing here, so that they have no limit: what a client may say
// is bounded by the parser. Deadlines are those of the socket below, which may be one of TLS.
type WebConn struct {
	*ProgressConn
	Shown *Shown   // nil for nothing
	From  net.Addr // where the client is, if a proxy says so that is believed; else nil

	on       net.Conn // what frames travel on
	early    []byte   // what has been read of it already
	decoder  frames.Decoder
	inflater *inflater // nil unless compression is agreed
	deaf     bool      // what comes is passed over; the reader's alone
	end      error     // of what can be read; the reader's alone
	barren   int       // reads and control frames since the last of them that has brought something

	writing sync.Mutex // held by whoever writes a frame
	shut    bool       // a close frame is written, or a frame in part: nothing more may be
	begun   begun
	raw     syscall.RawConn // of the socket, nil unless frames travel on it alone
	owed    control
	ending  ending
}

// ending tells one who waits for it that a connection is closed. Most are closed while nobody waits.
type ending struct {
	mu   sync.Mutex
	is   bool
	told chan struct{} // nil while nobody waits
}

// end is told that the connection is closed. It may be told again.
func (e *ending) end() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.told != nil && !e.is {
		close(e.told)
	}
	e.is = true
}

// wait waits until then, but not longer than that.
func (e *ending) wait(most time.Duration) {
	e.mu.Lock()
	if e.is {
		e.mu.Unlock()
		return
	}
	if e.told == nil {
		e.told = make(chan struct{})
	}
	e.mu.Unlock()
	enough := time.NewTimer(most)
	defer enough.Stop()
	select {
	case <-e.told:
	case <-enough.C:
	}
}

// Shown is what a client has shown of itself before it was a WebSocket.
type Shown struct {
	By      cipher
	Cookies Cookies
}

// Cookies are what a page in a browser has shown of who it is; each may be empty.
type Cookies struct{ JWT, User, Password, Token string }

// RemoteAddr is where the client is.
func (w *WebConn) RemoteAddr() net.Addr {
	if w.From != nil {
		return w.From
	}
	return w.ProgressConn.RemoteAddr()
}

// NewWebConn is a WebSocket on a connection of which early has been read already, and that is carried by low.
func NewWebConn(on net.Conn, low *ProgressConn, early []byte, compression bool) *WebConn {
	w := &WebConn{ProgressConn: low, on: on, early: early, decoder: frames.Decoder{Compression: compression}}
	if compression {
		w.inflater = newInflater(w)
	}
	if _, encrypted := on.(*tls.Conn); !encrypted {
		w.raw = rawOf(low.Conn)
	}
	return w
}

func (w *WebConn) Read(p []byte) (int, error) {
	w.barren = 0
	if w.inflater != nil && !w.deaf {
		return w.inflater.Read(p)
	}
	for w.end == nil {
		n, err := w.readRaw(p)
		if n == 0 {
			return 0, err
		}
		if n = w.unframe(p[:n]); n > 0 {
			return n, nil
		}
	}
	return 0, w.end
}

// passOver has what is still read be as it was sent: nobody looks at it, and a little that is compressed may be much.
func (w *WebConn) passOver() {
	if f := w.inflater; f != nil && !w.deaf {
		w.deaf = true
		w.early = append(bytes.Clone(f.rest), w.early...)
	}
}

// readRaw reads what frames travel on.
func (w *WebConn) readRaw(p []byte) (int, error) {
	if w.barren > 0 {
		steps.Yield() // there may be more of what brings nothing, without end
	}
	w.barren++
	if len(w.early) == 0 {
		return w.on.Read(p)
	}
	n := copy(p, w.early)
	if w.early = w.early[n:]; len(w.early) == 0 {
		w.early = nil
	}
	return n, nil
}

// unframe leaves of p what the frames in it carry, and says how much that is.
func (w *WebConn) unframe(p []byte) (n int) {
	for rest := p; ; {
		part, more, some := w.nextPart(rest)
		if !some {
			return n
		}
		n += copy(p[n:], part.Bytes)
		rest = more
	}
}

// pongsAtOnce is how many pings are answered before others have their turn: each is a write.
const pongsAtOnce = 32

// nextPart is the next piece of a message. It does what control frames ask for. There is none where more is to be
// read, or nothing can be any more.
func (w *WebConn) nextPart(p []byte) (part frames.Part, rest []byte, some bool) {
	for w.end == nil {
		if part, p, some = w.decoder.Next(p); !some {
			break
		}
		switch {
		case part.Wrong != "":
			w.fail(frames.ProtocolError, part.Wrong)
		case part.Op == frames.Ping:
			w.answer(frames.AppendControl(nil, frames.Pong, part.Bytes), false)
			if w.barren++; w.barren%pongsAtOnce == 0 {
				steps.Yield()
			}
		case part.Op == frames.Close:
			w.closedBy(part.Bytes)
		case part.Op == frames.Pong: // it answers nothing
		default:
			return part, p, true
		}
	}
	return frames.Part{}, nil, false
}

// closedBy answers the client's goodbye.
func (w *WebConn) closedBy(payload []byte) {
	status, wrong := frames.ClosedBy(payload)
	if wrong != "" {
		w.fail(status, wrong)
		return
	}
	w.end = io.EOF
	w.answer(frames.AppendClose(nil, status, ""), true)
}

// webError is what a client has done wrong by the rules of WebSocket.
type webError string

func (e webError) Error() string { return "troupe: websocket: " + string(e) }

// WebMistake is what a client has done wrong by the rules of WebSocket, empty if that is not what err is.
func WebMistake(err error) string {
	var wrong webError
	if !errors.As(err, &wrong) {
		return ""
	}
	return string(wrong)
}

// fail ends a connection whose client has broken the rules.
func (w *WebConn) fail(s frames.Status, wrong string) {
	w.end = webError(wrong)
	w.answer(frames.AppendClose(nil, s, wrong), true)
}

// Close closes without a word.
func (w *WebConn) Close() error {
	w.ending.end()
	return w.on.Close()
}

// held is what the connection keeps of a message besides its bytes.
func (w *WebConn) held() int {
	if w.inflater != nil && w.inflater.open {
		return inflaterSize
	}
	return 0
}

// webLink is a link over WebSocket.
type webLink struct {
	stream
	web *WebConn
}

// Link is its own: hanging up is a close frame.
func (w *WebConn) Link() Link { return webLink{stream{w}, w} }

func (l webLink) ReadInto(in *inbound.Input) error {
	in.KeepBeside(l.web.held())
	defer func() { in.FoundAtOnce(!l.web.hasWaited()) }()
	return l.stream.ReadInto(in)
}

func (webLink) Polite() bool { return true }

func (l webLink) Abort() { _ = l.web.ProgressConn.Close() } // nobody is left to tell

// HangUp says why, in a number, and gives the client a moment to say the same.
func (l webLink) HangUp(why report.CloseReason) {
	l.web.finish(LingerTime)
	l.web.answer(frames.AppendClose(nil, closeStatus(why), string(why)), true)
	l.web.ending.wait(LingerTime)
}

// closeStatus is a reason as WebSocket has it.
func closeStatus(why report.CloseReason) frames.Status {
	switch why {
	case report.ClientClosed:
		return frames.NormalClosure
	case report.AuthenticationTimeout, report.AuthenticationViolation, report.AuthenticationExpired, report.SlowConsumerPendingBytes, report.SlowConsumerWriteDeadline,
		report.MaxConnectionsExceeded, report.MaxControlLineExceeded, report.InboundBudgetExceeded:
		return frames.PolicyViolation
	case report.ParseError, report.ProtocolViolation, report.BadClientProtocolVersion, report.NoRespondersRequiresHeaders:
		return frames.ProtocolError
	case report.MaxPayloadExceeded:
		return frames.MessageTooBig
	case report.ReadError, report.WriteError, report.StaleConnection, report.ServerShutdown:
		return frames.GoingAway
	default:
		return frames.InternalError
	}
}
