//go:build unix

package transport

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/frames"
)

// webSocket is a WebSocket of the broker's on a socket with little room, and the client's end of that.
func webSocket(t *testing.T, compression bool) (w *WebConn, client net.Conn) {
	t.Helper()
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	require.NoError(t, err)
	defer l.Close()
	far, err := net.Dial("unix", l.Addr().String())
	require.NoError(t, err)
	near, err := l.Accept()
	require.NoError(t, err)
	require.NoError(t, near.(*net.UnixConn).SetWriteBuffer(4<<10))
	require.NoError(t, far.SetDeadline(time.Now().Add(aWhile)))
	low := NewProgressConn(near)
	w = NewWebConn(low, low, nil, compression)
	t.Cleanup(func() { _, _ = w.Close(), far.Close() })
	return w, far
}

// heard is what a client has been told so far in messages, and how often it has been answered.
type heard struct {
	decoder frames.Decoder
	text    []byte
	pongs   int
}

func (h *heard) read(t *testing.T, from io.Reader, bytes, pongs int) {
	t.Helper()
	h.decoder.Served = true
	for b := make([]byte, 4<<10); len(h.text) < bytes || h.pongs < pongs; {
		n, err := from.Read(b)
		require.NoError(t, err)
		for rest := b[:n]; ; {
			part, more, some := h.decoder.Next(rest)
			if !some {
				break
			}
			require.Empty(t, part.Wrong)
			if rest = more; part.Op == frames.Pong {
				h.pongs++
			} else {
				h.text = append(h.text, part.Bytes...)
			}
		}
	}
}

func pong() []byte { return frames.AppendControl(nil, frames.Pong, nil) }

// TestWebSocketOffersFrames: what is written without waiting and what is written by waiting are one stream, wherever the socket
// was full, and an answer to a ping is never in the middle of a frame.
func TestWebSocketOffersFrames(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for _, compression := range []bool{false, true} {
		w, client := webSocket(t, compression)
		link := w.Link()
		var want []byte
		var got heard
		torn := 0
		for range 200 {
			p := make([]byte, 1+r.IntN(300))
			if r.IntN(4) == 0 && !compression {
				p = make([]byte, 1+r.IntN(200_000))
			}
			for i := range p {
				p[i] = byte(r.Uint32())
			}
			want = append(want, p...)
			n, err := link.Offer(p)
			require.NoError(t, err)
			if w.begun.is() {
				torn++
				w.answer(pong(), false)
				require.True(t, w.owed.waits(), "it is in nobody's way")
			}
			if n == len(p) {
				continue
			}
			over := make(chan error)
			go func() { over <- link.WriteAll(p[n:], aWhile) }()
			got.read(t, client, len(want), 0)
			require.NoError(t, <-over)
		}
		w.answer(pong(), false)
		got.read(t, client, len(want), 1)
		assert.True(t, bytes.Equal(want, got.text))
		if !compression {
			assert.Positive(t, torn)
		}
	}
}

// TestTornHeader: a frame of whose header the socket has taken a part is gone on with, by whoever writes next.
func TestTornHeader(t *testing.T) {
	for _, how := range []string{"offered", "written"} {
		t.Run(how, func(t *testing.T) {
			w, client := webSocket(t, false)
			header := frames.AppendHeader(nil, frames.Binary, false, 5)
			_, err := w.on.Write(header[:1])
			require.NoError(t, err)
			w.begun = begun{head: header[1:], rest: 5}
			w.answer(pong(), false)
			if how == "offered" {
				n, err := w.Link().Offer([]byte("hello and more"))
				require.NoError(t, err)
				assert.Equal(t, len("hello and more"), n)
			} else {
				require.NoError(t, w.Link().WriteAll([]byte("hello and more"), aWhile))
			}
			var got heard
			got.read(t, client, len("hello and more"), 1)
			assert.Equal(t, "hello and more", string(got.text))
		})
	}
}

// TestWhatIsNotOffered: what is to be compressed is the writer's, and so is everything where somebody else is writing, or
// nothing may be written any more.
func TestWhatIsNotOffered(t *testing.T) {
	w, _ := webSocket(t, true)
	n, err := w.Link().Offer(make([]byte, compressFrom))
	require.NoError(t, err)
	assert.Zero(t, n)
	w.writing.Lock()
	n, err = w.Link().Offer([]byte("x"))
	require.NoError(t, err)
	assert.Zero(t, n)
	w.shut = true
	w.writing.Unlock()
	n, err = w.Link().Offer([]byte("x"))
	require.NoError(t, err)
	assert.Zero(t, n)
}
