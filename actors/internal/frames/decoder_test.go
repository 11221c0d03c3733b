package frames_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/frames"
)

// masked is a client's frame with that first byte.
func masked(first byte, payload string) []byte {
	f := []byte{first}
	switch n := len(payload); {
	case n < 126:
		f = append(f, 0x80|byte(n))
	case n <= 0xFFFF:
		f = binary.BigEndian.AppendUint16(append(f, 0x80|126), uint16(n))
	default:
		f = binary.BigEndian.AppendUint64(append(f, 0x80|127), uint64(n))
	}
	key := []byte{0xA1, 0x02, 0x33, 0xF4}
	f = append(f, key...)
	for i := range len(payload) {
		f = append(f, payload[i]^key[i%4])
	}
	return f
}

// heard is what a decoder makes of bytes that come in pieces: a line for each control
// frame and for each message, and for what is wrong.
func heard(d *frames.Decoder, pieces ...[]byte) string {
	var out, message strings.Builder
	for _, p := range pieces {
		p = bytes.Clone(p)
		for {
			part, rest, some := d.Next(p)
			if !some {
				break
			}
			p = rest
			switch {
			case part.Wrong != "":
				return out.String() + "wrong: " + part.Wrong + "\n"
			case part.Op == frames.Ping:
				out.WriteString("ping " + string(part.Bytes) + "\n")
			case part.Op == frames.Pong:
				out.WriteString("pong " + string(part.Bytes) + "\n")
			case part.Op == frames.Close:
				out.WriteString("close " + string(part.Bytes) + "\n")
			default:
				message.Write(part.Bytes)
				if part.Last {
					out.WriteString("message " + message.String() + "\n")
					message.Reset()
				}
			}
		}
	}
	return out.String() + message.String()
}

func TestDecoder(t *testing.T) {
	long, huge := strings.Repeat("l", 1000), strings.Repeat("h", 70_000)
	for _, test := range []struct {
		name string
		in   [][]byte
		want string
	}{
		{"a message", [][]byte{masked(0x82, "PING\r\n")}, "message PING\r\n\n"},
		{"a text message", [][]byte{masked(0x81, "PING\r\n")}, "message PING\r\n\n"},
		{"a size of two bytes", [][]byte{masked(0x82, long)}, "message " + long + "\n"},
		{"a size of eight bytes", [][]byte{masked(0x82, huge)}, "message " + huge + "\n"},
		{"in frames", [][]byte{masked(0x02, "one "), masked(0x00, "two "), masked(0x80, "three")}, "message one two three\n"},
		{"an empty frame ends it", [][]byte{masked(0x02, "one"), masked(0x80, "")}, "message one\n"},
		{"a ping between", [][]byte{masked(0x02, "one "), masked(0x89, "hi"), masked(0x80, "two")}, "ping hi\nmessage one two\n"},
		{"empty control frames", [][]byte{masked(0x89, ""), masked(0x8A, ""), masked(0x88, "")}, "ping \npong \nclose \n"},
		{"no mask", [][]byte{{0x82, 0x01, 'x'}}, "wrong: mask bit missing\n"},
		{"reserved bits", [][]byte{masked(0xA2, "x")}, "wrong: RSV2 and RSV3 must be clear\n"},
		{"compressed, not agreed", [][]byte{masked(0xC2, "x")}, "wrong: compressed frame received without negotiated permessage-deflate\n"},
		{"a continuation of nothing", [][]byte{masked(0x80, "x")}, "wrong: invalid continuation frame\n"},
		{"a message within another", [][]byte{masked(0x02, "x"), masked(0x82, "y")}, "wrong: new message started before final frame for previous message was received\n"},
		{"an opcode that there is not", [][]byte{masked(0x83, "x")}, "wrong: unknown opcode\n"},
		{"a ping in frames", [][]byte{masked(0x09, "x")}, "wrong: control frame does not have final bit set\n"},
		{"a long ping", [][]byte{masked(0x89, long)}, "wrong: control frame length bigger than maximum allowed of 125 bytes\n"},
		{"a size of more than 63 bits", [][]byte{append([]byte{0x82, 0xFF, 0x80}, make([]byte, 11)...)}, "wrong: invalid 64-bit payload length\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			whole := bytes.Join(test.in, nil)
			assert.Equal(t, test.want, heard(&frames.Decoder{}, whole))
			for at := range min(len(whole), 100) {
				require.Equal(t, test.want, heard(&frames.Decoder{}, whole[:at], whole[at:]), "cut at %d", at)
			}
		})
	}
}

// What is there of a frame is handed on at once, however much is said to follow.
func TestFrameThatGoesOn(t *testing.T) {
	frame := append([]byte{0x82, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0}, 0, 0, 0, 0)
	assert.Equal(t, "PING\r\n", heard(&frames.Decoder{}, append(frame, "PING\r\n"...)))
}

func TestCompressedIsSaid(t *testing.T) {
	d := &frames.Decoder{Compression: true}
	in := append(masked(0x42, "one"), masked(0x80, "two")...)
	first, rest, _ := d.Next(in)
	second, _, _ := d.Next(rest)
	assert.True(t, first.Compressed && second.Compressed && !first.Last && second.Last)
	plain, _, _ := d.Next(masked(0x82, "x"))
	assert.False(t, plain.Compressed)
}

func TestClosedBy(t *testing.T) {
	for _, test := range []struct {
		name, payload string
		answer        frames.Status
		wrong         string
	}{
		{"nothing", "", frames.NoStatus, ""},
		{"normal", "\x03\xe8bye", frames.NormalClosure, ""},
		{"of an application", "\x0f\xa0", 4000, ""},
		{"half a status", "\x03", frames.ProtocolError, "close frame payload cannot be 1 byte"},
		{"one that is never sent", "\x03\xed", frames.ProtocolError, "invalid close status code"},
		{"a reserved one", "\x07\xd0", frames.ProtocolError, "invalid close status code"},
		{"no text", "\x03\xe8\xff", frames.InvalidPayload, "invalid utf8 body in close frame"},
	} {
		t.Run(test.name, func(t *testing.T) {
			answer, wrong := frames.ClosedBy([]byte(test.payload))
			assert.Equal(t, test.answer, answer)
			assert.Equal(t, test.wrong, wrong)
		})
	}
}

func TestAppend(t *testing.T) {
	assert.Equal(t, []byte{0x82, 5}, frames.AppendHeader(nil, frames.Binary, false, 5))
	assert.Equal(t, []byte{0xC2, 126, 1, 0}, frames.AppendHeader(nil, frames.Binary, true, 256))
	assert.Equal(t, []byte{0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0}, frames.AppendHeader(nil, frames.Binary, false, 65536))
	assert.Equal(t, "\x8a\x02hi", string(frames.AppendControl(nil, frames.Pong, []byte("hi"))))
	assert.Equal(t, "\x88\x05\x03\xe9bye", string(frames.AppendClose(nil, frames.GoingAway, "bye")))
	assert.Len(t, frames.AppendClose(nil, frames.GoingAway, strings.Repeat("x", 200)), 2+frames.MaxControl)
	assert.Equal(t, "\x88\x00", string(frames.AppendClose(nil, frames.NoStatus, "")))
}

// Wherever bytes are cut, they say the same.
func FuzzDecoder(f *testing.F) {
	f.Add(append(masked(0x02, "PUB x 2"), masked(0x80, "\r\nhi\r\n")...), 5)
	f.Add(append(masked(0x89, "hi"), masked(0xC2, "xyz")...), 3)
	f.Fuzz(func(t *testing.T, in []byte, at int) {
		at = max(min(at, len(in)), 0)
		for _, compression := range []bool{false, true} {
			whole := heard(&frames.Decoder{Compression: compression}, in)
			assert.Equal(t, whole, heard(&frames.Decoder{Compression: compression}, in[:at], in[at:]))
		}
	})
}

// TestServed: what a server writes is taken apart, and what a client writes is not taken for that.
func TestServed(t *testing.T) {
	d := &frames.Decoder{Served: true}
	for _, size := range []int{0, 5, 126, 70_000} {
		text := strings.Repeat("x", size)
		p := append(frames.AppendHeader(nil, frames.Binary, false, size), text...)
		var got []byte
		for len(p) > 0 { // it comes in pieces
			piece := p[:min(len(p), 1000)]
			p = p[len(piece):]
			for {
				part, rest, some := d.Next(piece)
				if !some {
					break
				}
				require.Empty(t, part.Wrong)
				got, piece = append(got, part.Bytes...), rest
			}
		}
		assert.Equal(t, text, string(got))
	}
	mine := frames.AppendMasked([]byte("before"), frames.Binary, [4]byte{1, 2, 3, 4}, []byte("hello, world"))
	part, _, _ := (&frames.Decoder{}).Next(bytes.Clone(mine[len("before"):]))
	assert.Equal(t, "hello, world", string(part.Bytes))
	part, _, _ = d.Next(mine[len("before"):])
	assert.NotEmpty(t, part.Wrong)
}
