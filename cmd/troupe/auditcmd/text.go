package auditcmd

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/troupe-mq/troupe/actors/audit"
)

// appendEntry appends a record as people read it: when, who, what, and what else
// there is.
func appendEntry(b []byte, e *audit.Entry) []byte {
	b = e.Time.AppendFormat(b, "2006-01-02T15:04:05.000000Z")
	if e.CID > 0 {
		b = strconv.AppendUint(append(b, " cid="...), e.CID, 10)
	}
	b = appendPair(b, "user", e.User)
	b = appendPair(b, "account", e.Account)
	b = appendPair(b, "addr", e.Addr)
	b = append(append(b, ' '), e.Event...)
	if e.Subject != "" {
		b = append(append(b, ' '), plain(e.Subject)...)
	}
	for _, p := range []struct{ key, value string }{
		{"tried", e.Tried},
		{"kind", e.Kind},
		{"name", e.Name},
		{"lang", e.Lang},
		{"version", e.Version},
		{"reply", e.Reply},
		{"queue", e.Queue},
		{"sid", e.SID},
		{"sha256", e.SHA256},
		{"payload", string(e.Payload)},
		{"what", e.What},
		{"path", e.Path},
		{"directive", e.Directive},
		{"failure", e.Failure},
		{"tap", e.Tap},
	} {
		b = appendPair(b, p.key, p.value)
	}
	b = appendCount(b, "max", e.Max, e.Max > 0)
	b = appendCount(b, "size", e.Size, e.Size >= 0)
	b = appendCount(b, "headers", e.Headers, e.Headers > 0)
	b = appendPair(b, "outcome", e.Outcome)
	b = appendCount(b, "copies", e.Copies, e.Copies > 0)
	if !e.From.IsZero() {
		b = strconv.AppendUint(append(b, " count="...), e.Count, 10)
		b = e.From.AppendFormat(append(b, " from="...), "2006-01-02T15:04:05.000000Z")
		b = e.To.AppendFormat(append(b, " to="...), "2006-01-02T15:04:05.000000Z")
	}
	b = appendPair(b, "reason", e.Reason)
	if e.Unproven {
		b = append(b, " unproven=true"...)
	}
	return b
}

func appendPair(b []byte, key, value string) []byte {
	if value == "" {
		return b
	}
	b = append(append(append(b, ' '), key...), '=')
	return append(b, plain(value)...)
}

func appendCount(b []byte, key string, n int, given bool) []byte {
	if !given {
		return b
	}
	b = append(append(append(b, ' '), key...), '=')
	return strconv.AppendInt(b, int64(n), 10)
}

// plain is text that a terminal can be given: quoted if there is anything in it
// that could be taken for something else.
func plain(s string) string {
	odd := func(r rune) bool {
		return r == '"' || r == '=' || r == ' ' || r == utf8.RuneError || !unicode.IsPrint(r)
	}
	if strings.ContainsFunc(s, odd) {
		return strconv.Quote(s)
	}
	return s
}
