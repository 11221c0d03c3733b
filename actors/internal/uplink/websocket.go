package uplink

import (
	"bufio"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/troupe-mq/troupe/actors/internal/frames"
	"github.com/troupe-mq/troupe/actors/internal/steps"
)

// This file is a hub that is reached by WebSocket.

// The schemes of a URL of such a hub.
const (
	webScheme    = "ws"
	webTLSScheme = "wss"
)

// leafPath says at a port for WebSocket that a leaf node comes.
const leafPath = "/leafnode"

// mostResponse is how long the answer of a hub to the request may be.
const mostResponse = 64 << 10

// byWeb reports whether a hub is reached by WebSocket.
func byWeb(u *url.URL) bool { return u.Scheme == webScheme || u.Scheme == webTLSScheme }

var errNoWebSocket = errors.New("this is no port for WebSocket, or not for leaf nodes")

// upgrade has the connection be a WebSocket.
func (s *shaken) upgrade(u *url.URL) error {
	nonce := make([]byte, 16)
	_, _ = rand.Read(nonce) // it never fails
	key := base64.StdEncoding.EncodeToString(nonce)
	request := &http.Request{
		Method: http.MethodGet, Host: u.Host, URL: &url.URL{Path: strings.TrimSuffix(u.Path, "/") + leafPath}, ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Upgrade": {"websocket"}, "Connection": {"Upgrade"}, "Sec-Websocket-Key": {key}, "Sec-Websocket-Version": {"13"}},
	}
	if err := request.Write(s.conn); err != nil {
		return err
	}
	from := bufio.NewReader(&io.LimitedReader{R: s.conn, N: mostResponse})
	response, err := http.ReadResponse(from, request)
	var lost net.Error
	switch {
	case errors.As(err, &lost), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("WebSocket: %w", err)
	case err != nil: // what it says is no HTTP
		return errNoWebSocket
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusSwitchingProtocols || response.Header.Get("Sec-Websocket-Accept") != frames.AcceptOf(key) {
		return fmt.Errorf("WebSocket: %s: %w", response.Status, errNoWebSocket)
	}
	early, _ := from.Peek(from.Buffered()) // it is there
	s.conn = &webConn{Conn: s.conn, decoder: frames.Decoder{Served: true}, early: early}
	return nil
}

// webConn is the bytes that the frames of a WebSocket carry, from the side of a client.
type webConn struct {
	net.Conn
	decoder frames.Decoder
	early   []byte // what has come with the response
	end     error  // of what can be read
	barren  int    // reads, and pings, since the last of them that has brought something

	mu  sync.Mutex // of what is written: who reads answers pings
	out []byte
}

// frameSize is how much is put into a frame.
const frameSize = 32 << 10

// pongsAtOnce is how many pings are answered before others have their turn: each is a write.
const pongsAtOnce = 32

func (w *webConn) Read(p []byte) (int, error) {
	w.barren = 0
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

func (w *webConn) readRaw(p []byte) (int, error) {
	if w.barren > 0 {
		steps.Yield() // there may be more of what brings nothing, without end
	}
	w.barren++
	if len(w.early) == 0 {
		return w.Conn.Read(p)
	}
	n := copy(p, w.early)
	w.early = w.early[n:]
	return n, nil
}

// unframe leaves of p what the frames in it carry, and says how much that is.
func (w *webConn) unframe(p []byte) (n int) {
	for rest := p; w.end == nil; {
		part, more, some := w.decoder.Next(rest)
		if !some {
			return n
		}
		rest = more
		switch {
		case part.Wrong != "":
			w.end = errors.New("WebSocket: " + part.Wrong)
		case part.Op == frames.Ping:
			w.end = w.frame(frames.Pong, part.Bytes)
			if w.barren++; w.barren%pongsAtOnce == 0 {
				steps.Yield()
			}
		case part.Op == frames.Close:
			_ = w.frame(frames.Close, part.Bytes) // it goes anyway
			w.end = io.EOF
		case part.Op != frames.Pong:
			n += copy(p[n:], part.Bytes)
		}
	}
	return n
}

func (w *webConn) Write(p []byte) (n int, err error) {
	for n < len(p) {
		piece := p[n:min(n+frameSize, len(p))]
		if err := w.frame(frames.Binary, piece); err != nil {
			return n, err
		}
		n += len(piece)
	}
	return n, nil
}

// frame writes one frame. What has been written in part cannot go on: the error is no time-out.
func (w *webConn) frame(op frames.Opcode, payload []byte) error {
	var key [4]byte
	_, _ = rand.Read(key[:]) // it never fails
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out = frames.AppendMasked(w.out[:0], op, key, payload)
	if _, err := w.Conn.Write(w.out); err != nil {
		return fmt.Errorf("WebSocket: %w", err)
	}
	return nil
}
