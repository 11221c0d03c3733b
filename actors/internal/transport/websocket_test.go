package transport

import (
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/inbound"
	"github.com/troupe-mq/troupe/actors/report"
)

// frame is a client's, with that first byte, and a key that masks nothing.
func frame(first byte, payload string) string {
	b := []byte{first, 0x80 | byte(len(payload))}
	if len(payload) > 125 {
		b = binary.BigEndian.AppendUint64([]byte{first, 0x80 | 127}, uint64(len(payload)))
	}
	return string(b) + "\x00\x00\x00\x00" + payload
}

// web is a WebSocket of the broker's and the client's end of what carries it.
func web(t *testing.T, compression bool, test func(t *testing.T, w *WebConn, client net.Conn)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		low := NewProgressConn(server)
		w := NewWebConn(low, low, nil, compression)
		defer func() { _ = w.Close() }() // it may be closed already
		defer client.Close()
		test(t, w, client)
	})
}

// says has a client send bytes, one write for each piece.
func says(client net.Conn, pieces ...string) {
	go func() {
		for _, p := range pieces {
			if _, err := io.WriteString(client, p); err != nil {
				return
			}
		}
	}()
}

// reads is the next n bytes.
func reads(t *testing.T, w io.Reader, n int) string {
	t.Helper()
	b := make([]byte, n)
	_, err := io.ReadFull(w, b)
	require.NoError(t, err)
	return string(b)
}

func TestWebConnIsAStream(t *testing.T) {
	web(t, false, func(t *testing.T, w *WebConn, client net.Conn) {
		going := frame(0x82, strings.Repeat("PING\r\n", 100))
		says(client, going[:20])
		assert.Equal(t, "PING\r\n", reads(t, w, 6), "the frame goes on")
		says(client, going[20:], frame(0x02, "PUB x 10\r\n01")+frame(0x00, "23456")+frame(0x80, "789\r\n"))
		assert.Equal(t, strings.Repeat("PING\r\n", 99), reads(t, w, 6*99))
		assert.Equal(t, "PUB x 10\r\n0123456789\r\n", reads(t, w, 22))
	})
}

func TestWebConnReadsWhatCameEarly(t *testing.T) {
	client, server := net.Pipe()
	defer client.Close()
	w := NewWebConn(server, NewProgressConn(server), []byte(frame(0x82, "early")), false)
	defer func() { assert.NoError(t, w.Close()) }()
	assert.Equal(t, "early", reads(t, w, 5))
}

func TestWebConnAnswersPings(t *testing.T) {
	web(t, false, func(t *testing.T, w *WebConn, client net.Conn) {
		says(client, frame(0x02, "one")+frame(0x89, "hi")+frame(0x80, "two"))
		answer := make(chan string)
		go func() {
			b := make([]byte, 4)
			_, _ = io.ReadFull(client, b)
			answer <- string(b)
		}()
		assert.Equal(t, "onetwo", reads(t, w, 6))
		assert.Equal(t, "\x8a\x02hi", <-answer)
	})
}

// Who pings and reads nothing keeps neither the reader nor memory.
func TestWebConnStuckPings(t *testing.T) {
	web(t, false, func(t *testing.T, w *WebConn, client net.Conn) {
		written := make(chan error, 1)
		go func() {
			_, err := w.Write([]byte("MSG"))
			written <- err
		}()
		synctest.Wait() // it has begun, and goes on when the client reads
		says(client, strings.Repeat(frame(0x89, "a"), 100)+frame(0x89, "b")+frame(0x82, "x"))
		assert.Equal(t, "x", reads(t, w, 1))
		assert.Equal(t, "\x82\x03MSG", reads(t, client, 5))
		assert.Equal(t, "\x8a\x01b", reads(t, client, 3), "the last one stands for all")
		require.NoError(t, <-written)
	})
}

func TestWebConnEnds(t *testing.T) {
	for _, test := range []struct{ name, in, out, err string }{
		{"close", frame(0x88, "\x03\xe8bye"), "\x88\x02\x03\xe8", "EOF"},
		{"close without a word", frame(0x88, ""), "\x88\x00", "EOF"},
		{"a mistake", frame(0xA2, "x"), "\x88\x1d\x03\xeaRSV2 and RSV3 must be clear", "troupe: websocket: RSV2 and RSV3 must be clear"},
	} {
		t.Run(test.name, func(t *testing.T) {
			web(t, false, func(t *testing.T, w *WebConn, client net.Conn) {
				says(client, frame(0x82, "last words")+test.in)
				heard := make(chan string, 1)
				go func() {
					b, _ := io.ReadAll(client)
					heard <- string(b)
				}()
				assert.Equal(t, "last words", reads(t, w, 10))
				_, err := w.Read(make([]byte, 1))
				require.EqualError(t, err, test.err)
				_, err = w.Write([]byte("too late"))
				require.ErrorIs(t, err, net.ErrClosed)
				require.NoError(t, w.Close())
				assert.Equal(t, test.out, <-heard)
			})
		})
	}
}

func TestWebLinkHangsUp(t *testing.T) {
	web(t, false, func(t *testing.T, w *WebConn, client net.Conn) {
		over := make(chan bool)
		go func() {
			w.Link().HangUp(report.ServerShutdown)
			close(over)
		}()
		r := bufio.NewReader(client)
		assert.Equal(t, "\x88\x11\x03\xe9Server Shutdown", reads(t, r, 19))
		began := time.Now()
		<-over
		assert.Equal(t, LingerTime, time.Since(began), "it gives the client a moment")
	})
}

func TestWebConnWrites(t *testing.T) {
	for _, compression := range []bool{false, true} {
		web(t, compression, func(t *testing.T, w *WebConn, client net.Conn) {
			for _, n := range []int{1, 125, 126, 511, 512, 65_535, 65_536, 200_000} {
				payload := strings.Repeat("x", n)
				go func() { _, _ = w.Write([]byte(payload)) }()
				assert.Equal(t, payload, message(t, client, compression && n >= compressFrom), "%d bytes", n)
			}
		})
	}
}

// message is what a frame of the broker's carries.
func message(t *testing.T, r io.Reader, compressed bool) string {
	t.Helper()
	head := reads(t, r, 2)
	size := int(head[1])
	switch size {
	case 126:
		size = int(binary.BigEndian.Uint16([]byte(reads(t, r, 2))))
	case 127:
		size = int(binary.BigEndian.Uint64([]byte(reads(t, r, 8))))
	}
	assert.Equal(t, compressed, head[0]&0x40 != 0)
	payload := reads(t, r, size)
	if !compressed {
		return payload
	}
	plain, err := io.ReadAll(flate.NewReader(strings.NewReader(payload + messageTail)))
	require.NoError(t, err)
	return string(plain)
}

// deflated is a message as a client compresses it; each piece is flushed.
func deflated(t *testing.T, pieces ...string) (out []string) {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	require.NoError(t, err)
	for _, p := range pieces {
		_, err := io.WriteString(w, p)
		require.NoError(t, err)
		require.NoError(t, w.Flush())
		out = append(out, b.String())
		b.Reset()
	}
	last := len(out) - 1
	out[last] = strings.TrimSuffix(out[last], deflateTail)
	return out
}

func TestWebConnInflates(t *testing.T) {
	web(t, true, func(t *testing.T, w *WebConn, client net.Conn) {
		p := deflated(t, "PING\r\n", "PONG\r\n", "")
		says(client, frame(0x42, p[0]))
		assert.Equal(t, "PING\r\n", reads(t, w, 6), "the message goes on")
		assert.Equal(t, inflaterSize, w.held())
		says(client, frame(0x00, p[1]), frame(0x80, p[2])+frame(0x82, "plain")+frame(0xC2, deflated(t, "again")[0]))
		assert.Equal(t, "PONG\r\nplainagain", reads(t, w, 16))
		says(client, frame(0x88, ""))
		go func() { _, _ = io.Copy(io.Discard, client) }()
		_, err := w.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
		assert.Zero(t, w.held())
	})
}

// A little that becomes much comes piece by piece.
func TestWebConnInflatesABomb(t *testing.T) {
	web(t, true, func(t *testing.T, w *WebConn, client net.Conn) {
		const size = 8 << 20
		says(client, frame(0xC2, deflated(t, strings.Repeat("x", size))[0]))
		got, piece := 0, make([]byte, 1000)
		for got < size {
			n, err := w.Read(piece)
			require.NoError(t, err)
			got += n
		}
		assert.Equal(t, size, got)
	})
}

// TestSmallFramesAreReadInTurns: a client whose frames carry a byte each fills no buffer, but there is more to read at once all the
// same, so that others are to have their turn.
func TestSmallFramesAreReadInTurns(t *testing.T) {
	web(t, false, func(t *testing.T, w *WebConn, client net.Conn) {
		l, in := w.Link(), &inbound.Input{}
		w.early = []byte(frame(0x82, "P") + frame(0x82, "I"))
		require.NoError(t, l.ReadInto(in))
		assert.Equal(t, 2, in.Pending())
		assert.True(t, in.Filled(), "it was there")
		in.R = in.W
		go func() {
			<-time.After(2 * prompt)
			_, _ = io.WriteString(client, frame(0x82, "N"))
		}()
		require.NoError(t, l.ReadInto(in))
		assert.False(t, in.Filled(), "it was waited for")
	})
}

// TestPassedOverIsNotInflated: of a client that has done something wrong the rest is heard out, and that costs what was sent, not
// what it would become.
func TestPassedOverIsNotInflated(t *testing.T) {
	web(t, true, func(t *testing.T, w *WebConn, client net.Conn) {
		bomb := frame(0xC2, deflated(t, strings.Repeat("x", 8<<20))[0])
		says(client, bomb+bomb, bomb, frame(0x82, "plain")+frame(0x88, ""))
		go func() { _, _ = io.Copy(io.Discard, client) }()
		reads(t, w, 1000)
		w.passOver()
		rest, err := io.ReadAll(w)
		require.NoError(t, err)
		assert.Less(t, len(rest), 3*len(bomb))
		assert.True(t, strings.HasSuffix(string(rest), "plain"))
	})
}

func TestWebConnCannotInflate(t *testing.T) {
	web(t, true, func(t *testing.T, w *WebConn, client net.Conn) {
		says(client, frame(0xC2, "\xff\xff\xff\xff"))
		go func() { _, _ = io.Copy(io.Discard, client) }()
		_, err := w.Read(make([]byte, 1))
		require.EqualError(t, err, "troupe: websocket: invalid compressed data")
	})
}
