package page

import (
	"encoding/base64"
	"strconv"
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

// appendQuoted appends an opening quote and the text behind it, escaped. Only
// what JSON demands is escaped: subjects are to be found by grep.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c != 0x7f {
			continue
		}
		b = append(b, s[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		default:
			b = append(b, '\\', 'u', '0', '0', chain.HexDigits[c>>4], chain.HexDigits[c&15])
		}
	}
	return append(b, s[from:]...)
}
