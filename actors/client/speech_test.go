package client

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/inbound"
	"github.com/troupe-mq/troupe/actors/internal/resident"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/wire"
)

func words(text string) func([]byte) []byte {
	return func(dst []byte) []byte { return append(dst, text...) }
}

// TestSpeechIsTakenInPieces: however much is said at once, what the connection takes is about a read of a socket, and
// ends where a command does.
func TestSpeechIsTakenInPieces(t *testing.T) {
	const most, commands = 64 << 10, 50_000
	var s speech
	var said, heard strings.Builder
	for i := range commands {
		text := "command " + strconv.Itoa(i) + "\r\n"
		said.WriteString(text)
		s.say(len(text)+40, words(text))
	}
	assert.Equal(t, said.Len(), s.bytes)
	for s.bytes > 0 {
		in := s.take()
		assert.LessOrEqual(t, in.W, most)
		assert.Equal(t, "\r\n", string(in.Buf[in.W-2:in.W]))
		heard.Write(in.Buf[:in.W])
		s.giveBack(&in)
	}
	assert.Equal(t, said.String(), heard.String())

	long := strings.Repeat("x", 3*most)
	s.say(len(long), words(long))
	in := s.take()
	assert.Equal(t, len(long), in.W, "a command is in one piece")
	s.giveBack(&in)
	assert.LessOrEqual(t, cap(s.spare), mostSpare)
	assert.Nil(t, in.Buf)
}

// TestSilentSpeechIsSmall: who says a little now and then uses the same few bytes for it.
func TestSilentSpeechIsSmall(t *testing.T) {
	var s speech
	allocs := testing.AllocsPerRun(100, func() {
		s.say(50, words("PING\r\n"))
		in := s.take()
		s.giveBack(&in)
	})
	assert.Zero(t, allocs)
	assert.LessOrEqual(t, cap(s.spare), firstPiece)
}

// TestSpeakersYield: an actor that speaks without end gives others their turn once in each slice of a step.
func TestSpeakersYield(t *testing.T) {
	var room resident.Room
	p := pipe{room: &room, in: new(inbound.Input), turn: steps.BeginSlice()}
	const size, commands = 1000, 10_000
	yields := 0
	for range commands {
		s := p.say(1<<30, size, words("PING\r\n"))
		require.NoError(t, s.err)
		if s.yield {
			yields++
		}
	}
	assert.InDelta(t, commands*(speaking+steps.Bytes(size))/steps.Slice, yields, 1)
	p.drop()
	assert.True(t, room.Take(1, 1<<20, 1<<20+1<<17), "all is given back")
}

// TestHeadersAreReadByTheActor: to read a hundred thousand of them is not for whoever publishes.
func TestHeadersAreReadByTheActor(t *testing.T) {
	l := clientLink{client: &Client{}, window: newWindow(1 << 20)}
	heard := wire.Hear([]byte("HMSG a 1 18 20\r\nNATS/1.0\r\nA: b\r\n\r\nhi\r\n"))
	m := l.message(&heard)
	assert.Nil(t, m.Header)
	m.read()
	assert.Equal(t, Header{"A": {"b"}}, m.Header)
	assert.Nil(t, m.head)
	assert.Equal(t, "hi", string(m.Data))
}
