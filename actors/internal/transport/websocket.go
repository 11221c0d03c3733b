package transport

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/coder/websocket"

	"github.com/troupe-mq/troupe/actors/report"
)

// WebConn is a WebSocket as a net.Conn: what comes in frames goes on as bytes,
// and what is written goes out as a binary frame. Deadlines are those of the
// socket below, which may be one of TLS.
type WebConn struct {
	*ProgressConn
	Ws    *websocket.Conn
	By    cipher
	Token string    // what a cookie said, empty if there was none
	frame io.Reader // what is left of the message under way, nil if none is
}

func (w *WebConn) Read(p []byte) (int, error) {
	for {
		if w.frame == nil {
			_, frame, err := w.Ws.Reader(context.Background())
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

func (w *WebConn) Write(p []byte) (int, error) {
	err := w.Ws.Write(context.Background(), websocket.MessageBinary, p)
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
func (w *WebConn) Close() error { return w.Ws.CloseNow() }

// webLink is a link over WebSocket.
type webLink struct {
	stream
	web *WebConn
}

// Link is the link that it is made for.
func (w *WebConn) Link() Link { return webLink{stream{w}, w} }

func (webLink) Polite() bool { return true }

func (l webLink) Abort() { _ = l.web.ProgressConn.Close() } // nobody is left to tell

// HangUp says why, in a number, and gives the client a moment to say the same.
func (l webLink) HangUp(why report.CloseReason) {
	l.web.finish(LingerTime)
	_ = l.web.Ws.Close(closeCode(why), string(why)) // nobody is left to tell
}

// closeCode is a reason as WebSocket has it.
func closeCode(why report.CloseReason) websocket.StatusCode {
	switch why {
	case report.ClientClosed:
		return websocket.StatusNormalClosure
	case report.AuthenticationTimeout, report.AuthenticationViolation, report.AuthenticationExpired, report.SlowConsumerPendingBytes, report.SlowConsumerWriteDeadline,
		report.MaxConnectionsExceeded, report.MaxControlLineExceeded:
		return websocket.StatusPolicyViolation
	case report.ParseError, report.ProtocolViolation, report.BadClientProtocolVersion, report.NoRespondersRequiresHeaders:
		return websocket.StatusProtocolError
	case report.MaxPayloadExceeded:
		return websocket.StatusMessageTooBig
	case report.ReadError, report.WriteError, report.StaleConnection, report.ServerShutdown:
		return websocket.StatusGoingAway
	default:
		return websocket.StatusInternalError
	}
}
