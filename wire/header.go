package wire

import (
	"bytes"
	"maps"
	"slices"
	"strings"
)

// Header is the headers of a message: the values of each key, in their order. Keys
// are told apart by their exact spelling, as NATS does it.
//
// The first line of a block may carry a status, as that of an answer by which the
// broker says that there is nobody to answer. It is under [StatusKey], and its text
// under [DescriptionKey].
type Header map[string][]string

// Where a status is to be found in a Header.
const (
	StatusKey      = "Status"
	DescriptionKey = "Description"
)

// StatusNoResponders is the status of the answer to a request that nobody got.
const StatusNoResponders = "503"

// headerVersion is what a block of headers begins with.
const headerVersion = "NATS/1.0"

// Get is the first value of a key, empty if there is none.
func (h Header) Get(key string) string {
	if v := h[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Set makes a value the only one of its key.
func (h Header) Set(key, value string) { h[key] = []string{value} }

// Add appends a value to those of its key.
func (h Header) Add(key, value string) { h[key] = append(h[key], value) }

// Valid reports whether the headers can be sent: keys are visible ASCII without
// a colon, and no value has a line break.
func (h Header) Valid() bool {
	for key, values := range h {
		if key == "" || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == ':' }) {
			return false
		}
		for _, v := range values {
			if strings.ContainsAny(v, "\r\n") {
				return false
			}
		}
	}
	return true
}

// status is what the first line says behind the version, a number of three digits and perhaps its text, and how many
// of [StatusKey] and [DescriptionKey] are in it. Other values of these are headers like others.
func (h Header) status() (line string, keys int) {
	code, text := h[StatusKey], h[DescriptionKey]
	if len(code) != 1 || len(code[0]) != 3 || strings.ContainsFunc(code[0], func(r rune) bool { return r < '0' || r > '9' }) {
		return "", 0
	}
	if len(text) == 1 && text[0] != "" && text[0] == strings.TrimSpace(text[0]) {
		return " " + code[0] + " " + text[0], 2
	}
	return " " + code[0], 1
}

// inStatus reports whether a key stands in a first line with so many of them.
func inStatus(key string, keys int) bool {
	return keys > 0 && key == StatusKey || keys > 1 && key == DescriptionKey
}

// size is how many bytes appendHeader appends.
func (h Header) size() int {
	line, keys := h.status()
	n := len(headerVersion) + len(line) + 4
	for key, values := range h {
		if inStatus(key, keys) {
			continue
		}
		for _, v := range values {
			n += len(key) + len(v) + 4
		}
	}
	return n
}

// appendHeader appends the block, sorted by key.
func appendHeader(dst []byte, h Header) []byte {
	line, inLine := h.status()
	dst = append(append(append(dst, headerVersion...), line...), "\r\n"...)
	for _, key := range slices.Sorted(maps.Keys(h)) {
		if inStatus(key, inLine) {
			continue
		}
		for _, v := range h[key] {
			dst = append(append(dst, key...), ": "...)
			dst = append(append(dst, v...), "\r\n"...)
		}
	}
	return append(dst, "\r\n"...)
}

// ParseHeader reads a block of headers. Anybody may have written it, so that what
// makes no sense is left out. Blanks around a value do not belong to it.
func ParseHeader(block []byte) Header {
	h := make(Header)
	first, rest, _ := bytes.Cut(block, []byte("\n"))
	if status, ok := bytes.CutPrefix(first, []byte(headerVersion)); ok {
		code, text, _ := strings.Cut(strings.TrimSpace(string(status)), " ")
		if code != "" {
			h.Set(StatusKey, code)
		}
		if text = strings.TrimSpace(text); text != "" {
			h.Set(DescriptionKey, text)
		}
	}
	for line := range bytes.Lines(rest) {
		if key, value, found := strings.Cut(string(line), ":"); found && key != "" {
			h.Add(key, strings.TrimSpace(value))
		}
	}
	return h
}
