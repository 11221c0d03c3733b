package inbound

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// feed reads p the way a link does, as much at a time as there is space for.
func (in *Input) feed(t *testing.T, p []byte) {
	t.Helper()
	for len(p) > 0 {
		space := in.Space()
		require.NotEmpty(t, space)
		n := copy(space, p)
		in.W += n
		p = p[n:]
	}
}

func (in *Input) text() []byte { return in.Buf[in.R:in.W] }

func TestInputHoldsNothingWhileItWaits(t *testing.T) {
	in := &Input{}
	in.feed(t, []byte("PING\r\n"))
	assert.Len(t, in.Buf, readSize, "a read takes all that there may be")
	in.R = in.W
	in.Rest()
	assert.Nil(t, in.Buf)
	assert.Nil(t, in.pooled)
}

func TestInputKeepsAnUnfinishedCommand(t *testing.T) {
	tests := []struct {
		name      string
		n         int // unfinished bytes
		low, high int // length of the buffer that is kept
	}{
		{"one byte", 1, smallInput, smallInput},
		{"a line", 300, smallInput, smallInput},
		{"a longer line", 600, 600, 600},
		{"a message", 10 << 10, 10 << 10, 10 << 10},
		{"much", 30 << 10, readSize, readSize},
		{"all", readSize, readSize, readSize},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := &Input{}
			text := bytes.Repeat([]byte("x"), tt.n)
			in.feed(t, append([]byte("done"), text...))
			in.R = len("done")
			in.Rest()
			assert.Equal(t, text, in.text())
			assert.GreaterOrEqual(t, len(in.Buf), tt.low)
			assert.LessOrEqual(t, len(in.Buf), max(tt.high, 2*readSize))
			if tt.n <= readSize/4 {
				assert.Len(t, in.Buf, tt.high)
				assert.Nil(t, in.pooled, "the shared buffer is given back")
			}
			in.feed(t, []byte("y"))
			assert.Equal(t, append(text, 'y'), in.text())
		})
	}
}

// TestInputGrowsAsBytesCome: an announcement alone costs nothing.
func TestInputGrowsAsBytesCome(t *testing.T) {
	in := &Input{Want: 1 << 20}
	got := 0
	chunk := bytes.Repeat([]byte("x"), 1000)
	for got < in.Want {
		n := min(len(chunk), in.Want-got)
		in.feed(t, chunk[:n])
		got += n
		assert.LessOrEqual(t, len(in.Buf), growth*got+readSize)
	}
	assert.Equal(t, in.Want, in.Pending())
	assert.Len(t, in.Buf, in.Want, "and no more is taken than is wanted")
	in.R = in.W
	in.Want = 0
	in.Rest()
	assert.Nil(t, in.Buf)
}

// TestInputOwn is the way of a stream that waits with its buffer in hand, and has nothing unfinished.
func TestInputOwn(t *testing.T) {
	in := &Input{}
	read := func(n int) {
		free := in.Own()
		n = min(n, len(free))
		copy(free, bytes.Repeat([]byte("x"), n))
		in.Found(n, len(free))
	}
	read(smallInput)
	assert.Len(t, in.Buf, smallInput)
	for range 20 {
		in.R = in.W
		read(readSize)
	}
	assert.Len(t, in.Buf, readSize, "it grows as long as reads fill it")
	for range 20 {
		in.R = in.W
		read(1)
	}
	assert.Len(t, in.Buf, smallInput, "it shrinks when little comes")
}

// TestInputEqualsModel: whatever is read, parsed and rested, no byte is lost.
func TestInputEqualsModel(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		in, model, next := &Input{}, []byte{}, byte(0)
		for range 200 {
			switch r.IntN(4) {
			case 0, 1:
				p := make([]byte, r.IntN(1<<r.IntN(17)+1))
				for i := range p {
					p[i] = next
					next++
				}
				in.feed(t, p)
				model = append(model, p...)
			case 2:
				n := r.IntN(in.Pending() + 1)
				if r.IntN(3) == 0 {
					n = in.Pending()
				}
				in.R += n
				model = model[n:]
			default:
				in.Rest()
			}
			require.True(t, bytes.Equal(model, in.text()))
		}
	}
}
