package page

import (
	"encoding/base64"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
)

// appendText appends a key and its text. What is not UTF-8 is no text to JSON: it
// goes under the key with 64 behind it, as base64, so that nothing is altered on
// its way into the log and back.
func appendText(b []byte, key, value string) []byte {
	if !utf8.ValidString(value) {
		return appendBase64(b, key, value)
	}
	return append(appendQuoted(appendKey(b, key), value), '"')
}

// appendGiven is appendText for what may be left out.
func appendGiven(b []byte, key, value string) []byte {
	if value == "" {
		return b
	}
	return appendText(b, key, value)
}

func appendNumber(b []byte, key string, n uint64) []byte {
	return strconv.AppendUint(appendKey(b, key), n, 10)
}

func appendBase64[T string | []byte](b []byte, key string, value T) []byte {
	b = append(appendKey(b, key+"64"), '"')
	b = base64.StdEncoding.AppendEncode(b, []byte(value))
	return append(b, '"')
}

func appendKey(b []byte, key string) []byte {
	b = append(b, ',', '"')
	b = append(b, key...)
	return append(b, '"', ':')
}

// appendQuoted appends an opening quote and the text behind it, escaped: what JSON demands, and what
// cannot be printed, so that no reader takes a part of a line for another one, nor a terminal for a command. All else is
// as it was: subjects are to be found by grep.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i, r := range s {
		if r >= ' ' && r != '"' && r != '\\' && r < utf8.RuneSelf-1 || r > utf8.RuneSelf && strconv.IsPrint(r) {
			continue
		}
		b = append(b, s[from:i]...)
		from = i + utf8.RuneLen(r)
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case utf16.RuneLen(r) == 1:
			b = appendUnit(b, r)
		default:
			high, low := utf16.EncodeRune(r)
			b = appendUnit(appendUnit(b, high), low)
		}
	}
	return append(b, s[from:]...)
}

// appendUnit appends what JSON calls one of the units of UTF-16.
func appendUnit(b []byte, u rune) []byte {
	b = append(b, '\\', 'u')
	for shift := 12; shift >= 0; shift -= 4 {
		b = append(b, chain.HexDigits[u>>shift&15])
	}
	return b
}
