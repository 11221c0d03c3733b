package actors

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/coder/websocket"
)

// webConn is a WebSocket as a net.Conn: what comes in frames goes on as bytes,
// and what is written goes out as a binary frame. Deadlines are those of the
// socket below, which may be one of TLS.
type webConn struct {
	*carrier
	ws    *websocket.Conn
	by    cipher
	token string    // what a cookie said, empty if there was none
	frame io.Reader // what is left of the message under way, nil if none is
}

func (w *webConn) Read(p []byte) (int, error) {
	for {
		if w.frame == nil {
			_, frame, err := w.ws.Reader(context.Background())
			if err != nil {
				return 0, asEnd(err)
			}
			w.frame = frame
		}
		n, err := w.frame.Read(p)
		if errors.Is(err, io.EOF) {
			w.frame, err = nil, nil
		}
		if n > 0 || err != nil {
			return n, asEnd(err)
		}
	}
}

// asEnd is err, or io.EOF if the client has said that it goes.
func asEnd(err error) error {
	if websocket.CloseStatus(err) != -1 {
		return io.EOF
	}
	return err
}

func (w *webConn) Write(p []byte) (int, error) {
	err := w.ws.Write(context.Background(), websocket.MessageBinary, p)
	switch {
	case err == nil:
		return len(p), nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return 0, os.ErrDeadlineExceeded // as it is expected of a net.Conn
	default:
		return 0, err
	}
}

// Close closes without a word.
func (w *webConn) Close() error { return w.ws.CloseNow() }

// webLink is a link over WebSocket.
type webLink struct {
	stream
	web *webConn
}

func (w *webConn) link() link { return webLink{stream{w}, w} }

func (webLink) polite() bool { return true }

func (l webLink) abort() { _ = l.web.carrier.Close() } // nobody is left to tell

// hangUp says why, in a number, and gives the client a moment to say the same.
func (l webLink) hangUp(why CloseReason) {
	l.web.finish(lingerTime)
	_ = l.web.ws.Close(closeCode(why), string(why)) // nobody is left to tell
}

// closeCode is a reason as WebSocket has it.
func closeCode(why CloseReason) websocket.StatusCode {
	switch why {
	case ClientClosed:
		return websocket.StatusNormalClosure
	case AuthenticationTimeout, AuthenticationViolation, AuthenticationExpired, SlowConsumerPendingBytes, SlowConsumerWriteDeadline,
		MaxConnectionsExceeded, MaxControlLineExceeded:
		return websocket.StatusPolicyViolation
	case ParseError, ProtocolViolation, BadClientProtocolVersion, NoRespondersRequiresHeaders:
		return websocket.StatusProtocolError
	case MaxPayloadExceeded:
		return websocket.StatusMessageTooBig
	case ReadError, WriteError, StaleConnection, ServerShutdown:
		return websocket.StatusGoingAway
	default:
		return websocket.StatusInternalError
	}
}
