package transport

import (
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/inbound"
)

// socketPair is both ends of a TCP connection.
func socketPair(t *testing.T) (near, far net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	near, err = net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	far, err = l.Accept()
	require.NoError(t, err)
	t.Cleanup(func() { near.Close(); far.Close() })
	return near, far
}

// TestWriteLeavesNoDeadline: a write that was late once is no reason for the next
// one to fail.
func TestWriteLeavesNoDeadline(t *testing.T) {
	near, _ := socketPair(t)
	l := newLink(near)
	require.ErrorIs(t, l.WriteAll([]byte("late"), -time.Second), os.ErrDeadlineExceeded)
	if _, ok := l.(stream); !ok { // a stream offers nothing
		n, err := l.Offer([]byte("hello"))
		require.NoError(t, err)
		assert.Equal(t, 5, n)
	}
	require.NoError(t, l.WriteAll([]byte("again"), time.Minute))
}

// A read that has filled its buffer is told from one that has found less: there is more
// to read then, and others go before.
func TestFullReads(t *testing.T) {
	near, far := socketPair(t)
	l := newLink(far)
	if _, ok := l.(stream); ok {
		t.Skip("a stream does so by itself")
	}
	in := &inbound.Input{Buf: make([]byte, 4), Want: 1 << 20}
	_, err := near.Write([]byte("hello!"))
	require.NoError(t, err)
	require.NoError(t, l.ReadInto(in))
	assert.Equal(t, "hell", string(in.Buf[in.R:in.W]))
	assert.True(t, in.Filled())
	in.R = in.W
	require.NoError(t, l.ReadInto(in))
	assert.Equal(t, "o!", string(in.Buf[in.R:in.W]))
	assert.False(t, in.Filled())
}
