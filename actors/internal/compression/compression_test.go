package compression_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/s2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/compression"
)

// TestAgree: compression takes two, of which one wants it, and each has its own way.
func TestAgree(t *testing.T) {
	for _, tt := range []struct{ ours, theirs, want compression.Mode }{
		{compression.Accept, "", compression.Unsupported},
		{compression.Fast, compression.Unsupported, compression.Unsupported},
		{compression.Fast, compression.Off, compression.Off},
		{compression.Accept, compression.Accept, compression.Off},
		{compression.Fast, compression.Accept, compression.Fast},
		{compression.Auto, compression.Accept, compression.Auto},
		{compression.Accept, compression.Best, compression.Best},
		{compression.Accept, compression.Auto, compression.Fast},
		{compression.Better, compression.Best, compression.Better},
		{compression.Auto, compression.Uncompressed, compression.Auto},
	} {
		got, err := compression.Agree(tt.ours, tt.theirs)
		require.NoError(t, err)
		assert.Equal(t, tt.want, got, "%s with %s", tt.ours, tt.theirs)
	}
	_, err := compression.Agree(compression.Fast, "zip")
	require.ErrorContains(t, err, `unsupported route compression mode "zip"`)
}

func TestParse(t *testing.T) {
	for text, want := range map[string]compression.Mode{"": "", "ON": compression.Fast, "s2_best": compression.Best, "auto": compression.Auto, "false": compression.Off} {
		got, err := compression.Parse(text)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := compression.Parse("zip")
	require.Error(t, err)
}

func TestThresholds(t *testing.T) {
	ms := func(all ...int) (some compression.Thresholds) {
		for _, n := range all {
			some = append(some, time.Duration(n)*time.Millisecond)
		}
		return some
	}
	for _, tt := range []struct {
		of   compression.Thresholds
		rtt  int
		want compression.Mode
	}{
		{nil, 10, compression.Uncompressed},
		{nil, 50, compression.Fast},
		{nil, 51, compression.Better},
		{nil, 101, compression.Best},
		{ms(0, 0, 20, 30), 5, compression.Better},
		{ms(0, 0, 20, 30), 40, compression.Best},
		{ms(5, 10), 20, compression.Fast},
		{ms(5, 10, 0, 0), 20, compression.Fast},
	} {
		require.NoError(t, tt.of.Check())
		assert.Equal(t, tt.want, tt.of.Of(time.Duration(tt.rtt)*time.Millisecond), "%v %d", tt.of, tt.rtt)
	}
	for _, wrong := range []compression.Thresholds{ms(10, 5), ms(0), ms(1, 2, 3, 4, 5)} {
		require.Error(t, wrong.Check(), "%v", wrong)
	}
}

// TestConn: what is written is read, in each mode, and when the mode changes in between.
func TestConn(t *testing.T) {
	near, far := net.Pipe()
	a, b := compression.New(near, compression.Terms{Mode: compression.Fast}), compression.New(far, compression.Terms{Mode: compression.Best})
	text := strings.Repeat("RMSG $G a.b 5\r\nhello\r\n", 10_000)
	for _, m := range []compression.Mode{compression.Fast, compression.Best, compression.Uncompressed, compression.Better} {
		written := make(chan error, 1)
		go func() {
			a.SetMode(m)
			_, err := a.Write([]byte(text))
			written <- err
		}()
		got := make([]byte, len(text))
		_, err := io.ReadFull(b, got)
		require.NoError(t, err)
		require.Equal(t, text, string(got))
		require.NoError(t, <-written)
		assert.Equal(t, m, a.Mode())
	}
}

// TestConnOfAnother: streams as NATS servers write them, one behind the other, are read.
func TestConnOfAnother(t *testing.T) {
	var wire bytes.Buffer
	for range 3 {
		w := s2.NewWriter(&wire, s2.WriterConcurrency(1))
		_, err := w.Write(bytes.Repeat([]byte("x"), 3<<20))
		require.NoError(t, err)
		require.NoError(t, w.Close())
	}
	n, err := io.Copy(io.Discard, compression.New(canned{Reader: &wire}, compression.Terms{Mode: compression.Fast}))
	require.NoError(t, err)
	assert.EqualValues(t, 9<<20, n)
}

// TestBadFrames: what is none, or claims to be too large, is an error and takes no memory.
func TestBadFrames(t *testing.T) {
	const identifier = "\xff\x06\x00\x00S2sTwO"
	huge := binary.AppendUvarint(nil, 1<<31)
	chunk := append([]byte{0, byte(4 + len(huge)), 0, 0, 0, 0, 0, 0}, huge...)
	for name, text := range map[string]string{
		"text": "RS+ $G x\r\n", "no block": identifier + "\x00\x05\x00\x00abcde", "huge": identifier + string(chunk), "reserved": identifier + "\x03\x01\x00\x00x",
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := io.Copy(io.Discard, compression.New(canned{Reader: strings.NewReader(text)}, compression.Terms{Mode: compression.Fast}))
		runtime.ReadMemStats(&after)
		require.Error(t, err, name)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20), name)
	}
}

// canned is a connection by which something comes.
type canned struct {
	net.Conn
	io.Reader
}

func (c canned) Read(p []byte) (int, error) { return c.Reader.Read(p) }
