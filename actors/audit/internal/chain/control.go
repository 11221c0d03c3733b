package chain

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/nats-io/nkeys"
)

// Version is that of the format.
const Version = 1

// Head is a segment's first line.
type Head struct {
	Segment  int    `json:"segment"`
	Version  int    `json:"version"`
	Time     string `json:"time"`
	First    uint64 `json:"first"`              // the number of the next record
	Oldest   int    `json:"oldest"`             // segments before this one have been removed
	Previous string `json:"previous,omitempty"` // the file of the segment before
	Hash     string `json:"hash"`               // its last seal's, or zeros
	Key      string `json:"key,omitempty"`      // who signs
}

// Repaired is the line that tells of what a start has found behind the last seal.
type Repaired struct {
	Repaired int64  `json:"repaired"` // bytes that were moved
	Time     string `json:"time"`
	Kept     int64  `json:"kept"`               // bytes that stay: records which nobody vouches for
	File     string `json:"file,omitempty"`     // where the others are
	Unproven uint64 `json:"unproven,omitempty"` // how many records stay, and their numbers
	From     uint64 `json:"from,omitempty"`
	To       uint64 `json:"to,omitempty"`
	Hash     string `json:"hash,omitempty"` // what the chain's hash was behind them
}

// The keys of a seal.
var (
	HashKey   = []byte(`,"hash":"`)
	SignKey   = []byte(`","sig":"`)
	closedKey = []byte(`,"closed":true`)
)

// Signed is what a signature is of. The words keep it from meaning anything
// elsewhere.
func Signed(d Digest) []byte { return append([]byte("troupe audit seal 1\n"), d[:]...) }

// Seal is a seal's line, read.
type Seal struct {
	Last   uint64
	Closed bool
	Front  []byte // what it adds to the tape
	Hash   Digest
	sig    []byte
}

var errSeal = errors.New("the seal is not written as one")

// ParseSeal reads a seal.
func ParseSeal(l Line) (s Seal, err error) {
	front, rest, ok := bytes.Cut(l.Body, HashKey)
	rest, ended := bytes.CutSuffix(rest, []byte{'"'})
	if !ok || !ended || l.Kind != SealKind {
		return s, errSeal
	}
	s = Seal{Last: l.N, Front: front, Closed: bytes.HasSuffix(front, closedKey)}
	hash, sig, hasSig := bytes.Cut(rest, SignKey)
	n, err := hex.Decode(s.Hash[:], hash[:min(len(hash), 2*len(s.Hash))])
	if err != nil || n != len(s.Hash) || !bytes.Equal(hash, hex.AppendEncode(nil, s.Hash[:])) {
		return s, errSeal
	}
	if hasSig {
		s.sig, err = base64.RawURLEncoding.Strict().AppendDecode(nil, sig)
		if err != nil || len(s.sig) == 0 || !bytes.Equal(sig, base64.RawURLEncoding.AppendEncode(nil, s.sig)) { // the decoder skips line breaks
			return s, errSeal
		}
	}
	return s, nil
}

// By reports whether the holder of a key has signed the seal. Without a key
// anybody may have.
func (s *Seal) By(key nkeys.KeyPair) error {
	switch {
	case key == nil:
		return nil
	case len(s.sig) == 0:
		return ErrUnsigned
	case key.Verify(Signed(s.Hash), s.sig) != nil:
		return ErrStranger
	}
	return nil
}

// The errors of signatures.
var (
	ErrUnsigned = errors.New("the seal is not signed")
	ErrStranger = errors.New("the seal is not signed with this key")
)

// ParseHead reads a segment's first line.
func ParseHead(l Line) (h Head, hash Digest, err error) {
	if l.Kind != SegmentKind {
		return h, hash, errors.New("the file does not begin as a segment of an audit log")
	}
	if err := json.Unmarshal(l.Text, &h); err != nil {
		return h, hash, err
	}
	n, err := hex.Decode(hash[:], []byte(h.Hash)[:min(len(h.Hash), 2*len(hash))])
	switch {
	case err != nil || n != len(hash) || len(h.Hash) != 2*len(hash):
		return h, hash, errors.New("the segment's first line has no hash")
	case h.Version != Version:
		return h, hash, errors.New("the segment has version " + strconv.Itoa(h.Version) + " of the format")
	}
	return h, hash, nil
}
