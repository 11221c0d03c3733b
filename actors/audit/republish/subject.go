package republish

import (
	"cmp"
	"strings"

	"github.com/troupe-mq/troupe/actors/audit"
	"github.com/troupe-mq/troupe/actors/tap"
)

// maxSubject is how long a subject gets: the protocol's line has to hold it.
const maxSubject = 3 << 10

// nobody is in the place of the account where no client has done it.
const nobody = "-"

// subjectOf is where a record is published.
func (c *Config) subjectOf(r *tap.Record) string {
	account := nobody
	if r.Origin != nil {
		account = cmp.Or(token(r.Origin.Account), nobody)
	}
	s := c.Prefix + "." + account + "." + audit.EventOf(r)
	if r.Subject == "" {
		return s
	}
	if longer := s + "." + escaped(r.Subject); len(longer) <= maxSubject {
		return longer
	}
	return s
}

// escaped is a subject of which each token stands for itself.
func escaped(subject string) string {
	if !strings.ContainsFunc(subject, odd) && !strings.ContainsAny(subject, "*>") && !strings.Contains("."+subject+".", "..") {
		return subject
	}
	tokens := strings.Split(subject, ".")
	for i := range tokens {
		tokens[i] = cmp.Or(token(tokens[i]), "%")
	}
	return strings.Join(tokens, ".")
}

// odd reports whether a token cannot have the character as it is.
func odd(r rune) bool { return r <= ' ' || r == 0x7f || r == '%' }

const digits = "0123456789ABCDEF"

// token is a text as one token.
func token(text string) string {
	if text == "*" || text == ">" {
		return string(percent(nil, text[0]))
	}
	if !strings.ContainsFunc(text, odd) && !strings.Contains(text, ".") {
		return text
	}
	var b []byte
	for i := range len(text) {
		if c := text[i]; odd(rune(c)) || c == '.' {
			b = percent(b, c)
		} else {
			b = append(b, c)
		}
	}
	return string(b)
}

func percent(b []byte, c byte) []byte { return append(b, '%', digits[c>>4], digits[c&15]) }
