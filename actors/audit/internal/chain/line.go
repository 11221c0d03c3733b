package chain

import (
	"bytes"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"strconv"
)

// Castagnoli is the CRC that processors compute by themselves.
var Castagnoli = crc32.MakeTable(crc32.Castagnoli)

// CheckKey begins the check that each line ends with.
const CheckKey = `,"crc":"`

// CheckDigits is how many digits it has.
const CheckDigits = 8

// CheckLen is the length of a check: key, digits, quote and brace.
const CheckLen = len(CheckKey) + CheckDigits + 2

// AppendCheck ends the line that begins at start.
func AppendCheck(b []byte, start int) []byte {
	return AppendSum(b, crc32.Update(0, Castagnoli, b[start:]))
}

// AppendSum ends a line whose CRC is known.
func AppendSum(b []byte, sum uint32) []byte {
	b = append(b, CheckKey...)
	b = append(b, "00000000\"}\n"...)
	PutSum(b[len(b)-len("00000000\"}\n"):], sum)
	return b
}

// PutSum writes the digits of a CRC.
func PutSum(b []byte, sum uint32) {
	_ = b[CheckDigits-1]
	for i := range CheckDigits {
		b[i] = HexDigits[sum>>28]
		sum <<= 4
	}
}

// Kind is what a line is about.
type Kind int

// What a line may be about.
const (
	RecordKind   Kind = iota // a record
	SegmentKind              // the first line of a segment
	SealKind                 // the end of a group
	RepairedKind             // what was found broken at a start
)

// Line is a line of the log, checked.
type Line struct {
	Kind Kind
	N    uint64 // a record's number; the number in the first place of others
	Body []byte // without the check
	Text []byte // all of it, without the line feed
}

// The errors of a line.
var (
	errNoCheck   = errors.New("the line does not end with its check")
	errCheck     = errors.New("the line does not agree with its check: it has been altered")
	errBeginning = errors.New("the line does not begin as one of this log")
)

// SegmentBegin is how a segment begins.
const SegmentBegin = `{"segment":`

var beginnings = []struct {
	kind Kind
	text []byte
}{
	{RecordKind, []byte(`{"n":`)},
	{SealKind, []byte(`{"seal":`)},
	{SegmentKind, []byte(SegmentBegin)},
	{RepairedKind, []byte(`{"repaired":`)},
}

// ParseLine checks a line by itself. There is only one way to write each, so that
// any other is an alteration.
func ParseLine(text []byte) (Line, error) {
	cut := len(text) - CheckLen
	if cut < 0 || string(text[cut:cut+len(CheckKey)]) != CheckKey || string(text[len(text)-2:]) != `"}` {
		return Line{}, errNoCheck
	}
	l := Line{Text: text, Body: text[:cut]}
	var sum [4]byte
	digits := text[cut+len(CheckKey) : len(text)-2]
	if _, err := hex.Decode(sum[:], digits); err != nil || !bytes.Equal(bytes.ToLower(digits), digits) {
		return Line{}, errNoCheck
	}
	want := uint32(sum[0])<<24 | uint32(sum[1])<<16 | uint32(sum[2])<<8 | uint32(sum[3])
	if crc32.Update(0, Castagnoli, l.Body) != want {
		return Line{}, errCheck
	}
	for _, b := range beginnings {
		if rest, ok := bytes.CutPrefix(l.Body, b.text); ok {
			l.Kind = b.kind
			n, ok := leadingNumber(rest)
			l.N = n
			if !ok {
				return Line{}, errBeginning
			}
			return l, nil
		}
	}
	return Line{}, errBeginning
}

// Unfinished reports whether a text without a line feed is what an interrupted
// write leaves: the beginning of a line.
func Unfinished(text []byte) bool {
	if _, err := ParseLine(text[:len(text)-1]); err == nil {
		return false
	}
	for _, b := range beginnings {
		if n := min(len(b.text), len(text)); bytes.Equal(b.text[:n], text[:n]) {
			return true
		}
	}
	return false
}

// leadingNumber is the number that a text begins with, in the one way to write it.
func leadingNumber(b []byte) (uint64, bool) {
	end := bytes.IndexByte(b, ',')
	if end <= 0 || b[0] == '0' && end > 1 || b[0] == '+' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[:end]), 10, 64)
	return n, err == nil
}

// TimeFormat is ISO 8601, in UTC, always as long.
const TimeFormat = "2006-01-02T15:04:05.000000Z"

// HexDigits are the digits of checks and of escaped text.
const HexDigits = "0123456789abcdef"

// Glance is what a line is, as far as it is whole.
func Glance(text []byte) (uint64, Kind) {
	for _, b := range beginnings {
		if rest, ok := bytes.CutPrefix(text, b.text); ok {
			if n, ok := leadingNumber(rest); ok {
				return n, b.kind
			}
		}
	}
	return 0, SegmentKind // the kind that says nothing here
}
