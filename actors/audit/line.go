package audit

import (
	"bytes"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"strconv"
)

// castagnoli is the CRC that processors compute by themselves.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checkKey begins the check that each line ends with.
const checkKey = `,"crc":"`

const checkDigits = 8

// checkLen is the length of a check: key, digits, quote and brace.
const checkLen = len(checkKey) + checkDigits + 2

// appendCheck ends the line that begins at start.
func appendCheck(b []byte, start int) []byte {
	return appendSum(b, crc32.Update(0, castagnoli, b[start:]))
}

// appendSum ends a line whose CRC is known.
func appendSum(b []byte, sum uint32) []byte {
	b = append(b, checkKey...)
	b = append(b, "00000000\"}\n"...)
	putSum(b[len(b)-len("00000000\"}\n"):], sum)
	return b
}

// putSum writes the digits of a CRC.
func putSum(b []byte, sum uint32) {
	_ = b[checkDigits-1]
	for i := range checkDigits {
		b[i] = hexDigits[sum>>28]
		sum <<= 4
	}
}

// kind is what a line is about.
type kind int

const (
	recordKind   kind = iota // a record
	segmentKind              // the first line of a segment
	sealKind                 // the end of a group
	repairedKind             // what was found broken at a start
)

// line is a line of the log, checked.
type line struct {
	kind kind
	n    uint64 // a record's number; the number in the first place of others
	body []byte // without the check
	text []byte // all of it, without the line feed
}

// The errors of a line.
var (
	errNoCheck   = errors.New("the line does not end with its check")
	errCheck     = errors.New("the line does not agree with its check: it has been altered")
	errBeginning = errors.New("the line does not begin as one of this log")
)

const segmentBegin = `{"segment":`

var beginnings = []struct {
	kind kind
	text []byte
}{
	{recordKind, []byte(`{"n":`)},
	{sealKind, []byte(`{"seal":`)},
	{segmentKind, []byte(segmentBegin)},
	{repairedKind, []byte(`{"repaired":`)},
}

// parseLine checks a line by itself. There is only one way to write each, so that
// any other is an alteration.
func parseLine(text []byte) (line, error) {
	cut := len(text) - checkLen
	if cut < 0 || string(text[cut:cut+len(checkKey)]) != checkKey || string(text[len(text)-2:]) != `"}` {
		return line{}, errNoCheck
	}
	l := line{text: text, body: text[:cut]}
	var sum [4]byte
	digits := text[cut+len(checkKey) : len(text)-2]
	if _, err := hex.Decode(sum[:], digits); err != nil || !bytes.Equal(bytes.ToLower(digits), digits) {
		return line{}, errNoCheck
	}
	want := uint32(sum[0])<<24 | uint32(sum[1])<<16 | uint32(sum[2])<<8 | uint32(sum[3])
	if crc32.Update(0, castagnoli, l.body) != want {
		return line{}, errCheck
	}
	for _, b := range beginnings {
		if rest, ok := bytes.CutPrefix(l.body, b.text); ok {
			l.kind = b.kind
			n, ok := leadingNumber(rest)
			l.n = n
			if !ok {
				return line{}, errBeginning
			}
			return l, nil
		}
	}
	return line{}, errBeginning
}

// unfinished reports whether a text without a line feed is what an interrupted
// write leaves: the beginning of a line.
func unfinished(text []byte) bool {
	if _, err := parseLine(text[:len(text)-1]); err == nil {
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
