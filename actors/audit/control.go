package audit

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/nats-io/nkeys"
)

// version is that of the format.
const version = 1

// head is a segment's first line.
type head struct {
	Segment  int    `json:"segment"`
	Version  int    `json:"version"`
	Time     string `json:"time"`
	First    uint64 `json:"first"`              // the number of the next record
	Oldest   int    `json:"oldest"`             // segments before this one have been removed
	Previous string `json:"previous,omitempty"` // the file of the segment before
	Hash     string `json:"hash"`               // its last seal's, or zeros
	Key      string `json:"key,omitempty"`      // who signs
}

// repair is the line that tells of what a start has found behind the last seal.
type repair struct {
	Repaired int64  `json:"repaired"` // bytes that were moved
	Time     string `json:"time"`
	Kept     int64  `json:"kept"`               // bytes that stay: records which nobody vouches for
	File     string `json:"file,omitempty"`     // where the others are
	Unproven uint64 `json:"unproven,omitempty"` // how many records stay, and their numbers
	From     uint64 `json:"from,omitempty"`
	To       uint64 `json:"to,omitempty"`
	Hash     string `json:"hash,omitempty"` // what the chain's hash was behind them
}

// appendControl appends a line of the log about itself, and hands it to the
// tape.
func appendControl(b []byte, t *tape, value any) []byte {
	start := len(b)
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // there is nothing in it that could fail
	}
	b = append(b, text[:len(text)-1]...)
	t.other(b[start:])
	return appendCheck(b, start)
}

var (
	hashKey   = []byte(`,"hash":"`)
	signKey   = []byte(`","sig":"`)
	closedKey = []byte(`,"closed":true`)
)

// appendSeal ends a group: the seal hashes the tape behind the hash of the seal
// before, and signs that. The seal of a segment that goes on in another one says
// so.
func appendSeal(b []byte, t *tape, previous digest, last uint64, now time.Time, closed bool, key nkeys.KeyPair) ([]byte, digest, error) {
	start := len(b)
	b = strconv.AppendUint(append(b, `{"seal":`...), last, 10)
	b = append(append(b, whoKey...), now.UTC().Format(timeFormat)...)
	b = append(b, '"')
	if closed {
		b = append(b, closedKey...)
	}
	t.other(b[start:])
	d := t.seal(previous)
	b = hex.AppendEncode(append(b, hashKey...), d[:])
	if key != nil {
		sig, err := key.Sign(signed(d))
		if err != nil {
			return b, d, err
		}
		b = base64.RawURLEncoding.AppendEncode(append(b, signKey...), sig)
	}
	return appendCheck(append(b, '"'), start), d, nil
}

// signed is what a signature is of. The words keep it from meaning anything
// elsewhere.
func signed(d digest) []byte { return append([]byte("troupe audit seal 1\n"), d[:]...) }

// seal is a seal's line, read.
type seal struct {
	last   uint64
	closed bool
	front  []byte // what it adds to the tape
	hash   digest
	sig    []byte
}

var errSeal = errors.New("the seal is not written as one")

func parseSeal(l line) (s seal, err error) {
	front, rest, ok := bytes.Cut(l.body, hashKey)
	rest, ended := bytes.CutSuffix(rest, []byte{'"'})
	if !ok || !ended || l.kind != sealKind {
		return s, errSeal
	}
	s = seal{last: l.n, front: front, closed: bytes.HasSuffix(front, closedKey)}
	hash, sig, hasSig := bytes.Cut(rest, signKey)
	n, err := hex.Decode(s.hash[:], hash[:min(len(hash), 2*len(s.hash))])
	if err != nil || n != len(s.hash) || !bytes.Equal(hash, hex.AppendEncode(nil, s.hash[:])) {
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

// by reports whether the holder of a key has signed the seal. Without a key
// anybody may have.
func (s *seal) by(key nkeys.KeyPair) error {
	switch {
	case key == nil:
		return nil
	case len(s.sig) == 0:
		return errUnsigned
	case key.Verify(signed(s.hash), s.sig) != nil:
		return errStranger
	}
	return nil
}

// The errors of signatures.
var (
	errUnsigned = errors.New("the seal is not signed")
	errStranger = errors.New("the seal is not signed with this key")
)

// parseHead reads a segment's first line.
func parseHead(l line) (h head, hash digest, err error) {
	if l.kind != segmentKind {
		return h, hash, errors.New("the file does not begin as a segment of an audit log")
	}
	if err := json.Unmarshal(l.text, &h); err != nil {
		return h, hash, err
	}
	n, err := hex.Decode(hash[:], []byte(h.Hash)[:min(len(h.Hash), 2*len(hash))])
	switch {
	case err != nil || n != len(hash) || len(h.Hash) != 2*len(hash):
		return h, hash, errors.New("the segment's first line has no hash")
	case h.Version != version:
		return h, hash, errors.New("the segment has version " + strconv.Itoa(h.Version) + " of the format")
	}
	return h, hash, nil
}
