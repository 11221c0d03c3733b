package flight

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/troupe-mq/troupe/actors/transcript"
	"github.com/troupe-mq/troupe/wire"
)

// Most is how many commands are remembered.
const Most = 64

// How much of a text is kept.
const (
	longSubject = 48
	longOther   = 24
)

// Command is one command of a client.
type Command struct {
	Op      wire.Op
	Subject []byte
	Queue   []byte // of a SUB
	SID     []byte // of a SUB or an UNSUB
	Reply   []byte // of a message
	Headers uint32 // bytes
	Size    uint32 // bytes of a message, with its headers; the max of an UNSUB
	More    uint8  // how many messages follow that are the same, less than Most
}

// Recorder is the last commands of one client. The zero value has none.
type Recorder struct {
	ring  []byte // as long as a power of two
	first uint16 // where the oldest begins
	used  uint16 // bytes
	count uint8  // commands; no more than Most without the oldest
}

// A command in the ring is its length, its operation, how many more there are of it and its time, then the
// numbers that it has, then its texts behind their lengths. Most clients never send more than a few: so it
// is small.
const (
	fixed   = 1 + 1 + 1 + 5
	longest = fixed + 4 + 4 + 3 + longSubject + 2*longOther
	least   = 64 // bytes of a ring
)

// epoch is when time begins, in milliseconds: a time takes forty bits.
var epoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()

// Add remembers a command. What it is made of may change afterwards.
func (r *Recorder) Add(at time.Time, c *Command) {
	times := 1 + c.More
	for r.count > 0 && r.count-r.oldest()+times >= Most {
		r.forget()
	}
	r.count += times
	end := int(r.first) + int(r.used)
	if free := len(r.ring) - longest; int(r.used) <= free && end <= free { // it goes where it belongs at once
		r.used += uint16(c.write(r.ring[end:], at))
		return
	}
	var b [longest]byte
	n := c.write(b[:], at)
	for int(r.used)+n > len(r.ring) {
		r.grow()
	}
	end = int(r.first+r.used) & (len(r.ring) - 1)
	if copied := copy(r.ring[end:], b[:n]); copied < n {
		copy(r.ring, b[copied:n])
	}
	r.used += uint16(n)
}

// Restart forgets all: more than it could remember follows.
func (r *Recorder) Restart() { r.first, r.used, r.count = 0, 0, 0 }

// write writes a command, and returns how many bytes it takes.
func (c *Command) write(b []byte, at time.Time) int {
	ms := uint64(at.UnixMilli() - epoch)
	b[1], b[2], b[3] = byte(c.Op), c.More, byte(ms>>32)
	binary.LittleEndian.PutUint32(b[4:], uint32(ms))
	n := fixed
	switch c.Op {
	case wire.OpPub, wire.OpHpub:
		binary.LittleEndian.PutUint32(b[n:], c.Size)
		binary.LittleEndian.PutUint32(b[n+4:], c.Headers)
		n += 8
		n += put(b[n:], c.Subject, longSubject)
		n += put(b[n:], c.Reply, longOther)
	case wire.OpSub:
		n += put(b[n:], c.Subject, longSubject)
		n += put(b[n:], c.Queue, longOther)
		n += put(b[n:], c.SID, longOther)
	case wire.OpUnsub:
		binary.LittleEndian.PutUint32(b[n:], c.Size)
		n += 4
		n += put(b[n:], c.SID, longOther)
	default: // it has nothing more
	}
	b[0] = byte(n)
	return n
}

// put writes a text behind its length, and no more of it than most. The length of one that is cut is
// one more than is there.
func put(into, text []byte, most int) int {
	cut := 0
	if len(text) > most {
		text, cut = text[:most-1], 1
	}
	into[0] = byte(len(text) + cut)
	n := 1 + copy(into[1:], text)
	if cut > 0 {
		into[n] = 0
	}
	return n + cut
}

// oldest is how many commands the oldest is.
func (r *Recorder) oldest() uint8 { return 1 + r.ring[int(r.first+2)&(len(r.ring)-1)] }

// forget drops the oldest.
func (r *Recorder) forget() {
	r.count -= r.oldest()
	n := uint16(r.ring[r.first])
	r.first = (r.first + n) & uint16(len(r.ring)-1)
	r.used -= n
}

// grow doubles the ring. Its length is bounded by that of [Most] commands.
func (r *Recorder) grow() {
	larger := make([]byte, max(2*len(r.ring), least))
	n := copy(larger, r.ring[r.first:])
	copy(larger[n:], r.ring[:r.first])
	r.ring, r.first = larger, 0
}

// Lines are the commands as text, oldest first: the time of day, then the command as a session
// file has it, without its payload. What is cut ends in an ellipsis.
func (r *Recorder) Lines() []string {
	if r == nil {
		return nil
	}
	lines := make([]string, 0, r.count)
	var b [longest]byte
	for at, left := int(r.first), int(r.used); left > 0; {
		n := int(r.ring[at])
		for i := range n {
			b[i] = r.ring[(at+i)&(len(r.ring)-1)]
		}
		l := line(b[:n])
		for range 1 + int(b[2]) {
			lines = append(lines, l)
		}
		at, left = (at+n)&(len(r.ring)-1), left-n
	}
	return lines[max(len(lines)-Most, 0):]
}

func line(b []byte) string {
	op, ms := wire.Op(b[1]), int64(b[3])<<32|int64(binary.LittleEndian.Uint32(b[4:]))
	said := time.UnixMilli(epoch+ms).Format("15:04:05.000 ") + op.String()
	number := func() (n uint32) {
		n, b = binary.LittleEndian.Uint32(b), b[4:]
		return n
	}
	word := func(most int) (w string) {
		if w, b = text(b, most); w != "" {
			w = " " + w
		}
		return w
	}
	switch b = b[fixed:]; op {
	case wire.OpPub:
		size, _ := number(), number()
		return said + word(longSubject) + word(longOther) + fmt.Sprintf(" %d", size)
	case wire.OpHpub:
		size, headers := number(), number()
		return said + word(longSubject) + word(longOther) + fmt.Sprintf(" %d %d", headers, size)
	case wire.OpSub:
		return said + word(longSubject) + word(longOther) + word(longOther)
	case wire.OpUnsub:
		most := number()
		if said += word(longOther); most > 0 {
			said += fmt.Sprintf(" %d", most)
		}
		return said
	default:
		return said
	}
}

// text is one that put has written, as it can be shown, and what follows it.
func text(b []byte, most int) (shown string, rest []byte) {
	n := int(b[0])
	b = b[1:]
	if n < most || b[n-1] != 0 {
		return transcript.Quote(string(b[:n])), b[n:]
	}
	return transcript.Quote(string(b[:n-1])) + transcript.Gap, b[n:]
}
