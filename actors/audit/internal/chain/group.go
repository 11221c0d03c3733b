package chain

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"

	"github.com/nats-io/nkeys"
)

// Group is lines that get one seal.
type Group struct {
	Lines []byte
	Tape  Tape
	Last  uint64 // the number of the last record
}

// Reset empties the group.
func (g *Group) Reset() {
	g.Lines = g.Lines[:0]
	g.Tape.Reset()
}

// Size is how many bytes of memory are used.
func (g *Group) Size() int { return len(g.Lines) + len(g.Tape.Buf) }

// Room is how many bytes of memory there are.
func (g *Group) Room() int { return cap(g.Lines) + cap(g.Tape.Buf) }

// Note adds a line of the log about itself.
func (g *Group) Note(value any) {
	start := len(g.Lines)
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // there is nothing in it that could fail
	}
	b := append(g.Lines, text[:len(text)-1]...)
	g.Tape.Other(b[start:])
	g.Lines = AppendCheck(b, start)
}

// Seal ends a group: the seal hashes the tape behind the hash of the seal
// before, and signs that. The seal of a segment that goes on in another one says
// so.
func (g *Group) Seal(previous Digest, now time.Time, closed bool, key nkeys.KeyPair) (Digest, error) {
	start := len(g.Lines)
	b := strconv.AppendUint(append(g.Lines, `{"seal":`...), g.Last, 10)
	b = append(append(b, WhoKey...), now.UTC().Format(TimeFormat)...)
	b = append(b, '"')
	if closed {
		b = append(b, closedKey...)
	}
	g.Tape.Other(b[start:])
	d := g.Tape.Seal(previous)
	b = hex.AppendEncode(append(b, HashKey...), d[:])
	if key != nil {
		sig, err := key.Sign(Signed(d))
		if err != nil {
			return d, err
		}
		b = base64.RawURLEncoding.AppendEncode(append(b, SignKey...), sig)
	}
	g.Lines = AppendCheck(append(b, '"'), start)
	return d, nil
}
