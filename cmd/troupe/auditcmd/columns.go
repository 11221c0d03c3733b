package auditcmd

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/troupe-mq/troupe/actors/audit"
)

// heading names the columns.
const heading = "VERB           TIME          WHO               WHAT                      OUTCOME       AND"

// table writes records for eyes: what first, then when, who and to what, and no hashes. A
// line says which day it is when that changes.
type table struct{ day string }

// row is a record, with the lines that belong in front of it.
func (t *table) row(e *audit.Entry) []byte {
	var b strings.Builder
	if t.day == "" {
		b.WriteString(heading + "\n")
	}
	if day := e.Time.Format("2006-01-02"); day != t.day {
		t.day = day
		fmt.Fprintf(&b, "-- %s\n", day)
	}
	outcome := e.Outcome
	if e.Copies > 0 {
		outcome += " " + strconv.Itoa(e.Copies)
	}
	fmt.Fprintf(&b, "%-13s  %s  %-16s  %-24s  %-12s", e.Event, e.Time.Format("15:04:05.000"), who(e), plain(whatOf(e)), outcome)
	and := details(e)
	if and != "" {
		b.WriteString("  " + and)
	}
	return []byte(strings.TrimRight(b.String(), " "))
}

// who is the user, or the connection of a client that is nobody, and the account if it is
// not the one of everybody.
func who(e *audit.Entry) string {
	name := plain(e.User)
	if name == "" && e.CID > 0 {
		name = "#" + strconv.FormatUint(e.CID, 10)
	}
	if e.Account != "" && e.Account != "$G" {
		name += "@" + plain(e.Account)
	}
	return name
}

// whatOf is what a record is about.
func whatOf(e *audit.Entry) string {
	for _, s := range []string{e.Subject, e.Path, e.Tap, e.Addr} {
		if s != "" {
			return s
		}
	}
	return ""
}

// details are what else there is to read, without a hash.
func details(e *audit.Entry) string {
	var b []byte
	if e.User != "" && e.CID > 0 {
		b = strconv.AppendUint(append(b, " cid="...), e.CID, 10)
	}
	b = appendPair(b, "tried", e.Tried)
	b = appendPair(b, "queue", e.Queue)
	b = appendPair(b, "sid", e.SID)
	b = appendPair(b, "reply", e.Reply)
	b = appendCount(b, "size", e.Size, e.Size >= 0)
	b = appendPair(b, "name", e.Name)
	b = appendPair(b, "lang", e.Lang)
	b = appendPair(b, "what", e.What)
	b = appendPair(b, "directive", e.Directive)
	b = appendPair(b, "failure", e.Failure)
	b = appendPair(b, "payload", string(e.Payload))
	b = appendCount(b, "count", int(e.Count), e.Count > 0)
	b = appendPair(b, "reason", e.Reason)
	if e.Unproven {
		b = append(b, " unproven=true"...)
	}
	return strings.TrimPrefix(string(b), " ")
}
