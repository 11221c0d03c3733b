package certificate

import (
	"crypto/x509/pkix"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// Distinguished is a distinguished name as RFC 4514 writes it, the last part of the
// certificate's sequence first. Each part is in a form that is equal for equal
// parts: types in capitals, values quoted, both in order.
type Distinguished []string

// Equal reports whether two names are equal.
func (n Distinguished) Equal(other Distinguished) bool { return slices.Equal(n, other) }

// SameParts reports whether two names are equal but for the order.
func (n Distinguished) SameParts(other Distinguished) bool {
	return slices.Equal(slices.Sorted(slices.Values(n)), slices.Sorted(slices.Values(other)))
}

// attributes are the types that have a name, by their number.
var attributes = map[string]string{
	"2.5.4.3":                    "CN",
	"2.5.4.5":                    "SERIALNUMBER",
	"2.5.4.6":                    "C",
	"2.5.4.7":                    "L",
	"2.5.4.8":                    "ST",
	"2.5.4.9":                    "STREET",
	"2.5.4.10":                   "O",
	"2.5.4.11":                   "OU",
	"2.5.4.17":                   "POSTALCODE",
	"0.9.2342.19200300.100.1.25": "DC",
}

// attribute is one of those that make a part.
func attribute(kind, value string) string {
	return strings.ToUpper(kind) + "=" + strconv.Quote(value)
}

// partOf joins the attributes of one part, whose order means nothing.
func partOf(list []string) string {
	slices.Sort(list)
	return strings.Join(list, "+")
}

// nameOf is the name of a certificate's subject, nil if one of its types has no
// name, since nobody can have meant it.
func nameOf(parts pkix.RDNSequence) Distinguished {
	n := Distinguished{}
	for _, part := range slices.Backward(parts) {
		var list []string
		for _, a := range part {
			kind, known := attributes[a.Type.String()]
			value, isText := a.Value.(string)
			if !known || !isText {
				return nil
			}
			list = append(list, attribute(kind, value))
		}
		if len(list) > 0 {
			n = append(n, partOf(list))
		}
	}
	return n
}

// Parse reads a distinguished name, nil if the text is none.
func Parse(text string) Distinguished {
	n, list := Distinguished{}, []string(nil)
	for text != "" {
		kind, rest, ok := strings.Cut(text, "=")
		kind = strings.TrimSpace(kind)
		if !ok || kind == "" || strings.ContainsAny(kind, `,+\"`) || strings.HasPrefix(rest, "#") {
			return nil // what follows a # is binary
		}
		value, end, ok := unescape(rest)
		if !ok {
			return nil
		}
		list = append(list, attribute(kind, value))
		if end == len(rest) || rest[end] == ',' {
			n, list = append(n, partOf(list)), nil
		}
		text = rest[min(end+1, len(rest)):]
		if text == "" && end < len(rest) {
			return nil // it announces more
		}
	}
	return n
}

// unescape reads a value up to the comma or plus that ends it, or to the end.
// Blanks around it do not count unless they are escaped.
func unescape(text string) (value string, end int, ok bool) {
	var b strings.Builder
	kept := 0 // as much of b as stays when blanks are cut off
	for end < len(text) && text[end] != ',' && text[end] != '+' {
		c := text[end]
		switch {
		case c == '\\':
			var size int
			if c, size = escaped(text[end+1:]); size == 0 {
				return "", 0, false
			}
			b.WriteByte(c)
			end += size
			kept = b.Len()
		case c != ' ' || b.Len() > 0:
			b.WriteByte(c)
			if c != ' ' {
				kept = b.Len()
			}
		}
		end++
	}
	return b.String()[:kept], end, true
}

// escaped is the byte that stands behind a backslash, and how many characters it
// takes: one if it is special, two if it is in hexadecimal, 0 if it is neither.
func escaped(text string) (c byte, size int) {
	if text != "" && strings.IndexByte(` "#+,;<=>\`, text[0]) >= 0 {
		return text[0], 1
	}
	if len(text) < 2 {
		return 0, 0
	}
	var one [1]byte
	if _, err := hex.Decode(one[:], []byte(text[:2])); err != nil {
		return 0, 0
	}
	return one[0], 2
}
