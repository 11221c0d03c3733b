package page

import (
	"encoding/hex"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
)

// A page has the beginnings of lines for so many connections, in so many bytes:
// what a user is called is up to clients.
const (
	maxOrigins     = 1024
	maxOriginBytes = 256 << 10
)

// Page is a group of lines to be. The same that lines have in common is made
// once: the time of a batch, the connection, and all of a message that is
// published again.
type Page struct {
	chain.Group
	payload tap.Payload // what there is of payloads
	sized   bool        // their length is there

	now     time.Time // what stamp says
	stamp   []byte
	origin  *report.Origin // that of who
	who     []byte         // the last line's, in lines
	origins map[*report.Origin][]byte
	known   int        // bytes in origins
	message tap.Record // what says the same as
	what    []byte     // the last line's, in lines
	start   int        // where the last line begins
	head    int        // how long its part before who is
	rest    rest
	shifts  Shifts
}

// New makes an empty page. Shifts may be those of other pages that are filled
// by the same goroutine.
func New(payload tap.Payload, sized bool, s Shifts) *Page {
	return &Page{payload: payload, sized: sized, origins: make(map[*report.Origin][]byte), shifts: s}
}

// Size is the page's size in bytes.
func (p *Page) Size() int { return p.Group.Size() }

// mostKept is how large a page may be and be filled again.
const mostKept = 1 << 20

// Sealed is the page as what gets a seal.
func (p *Page) Sealed() *chain.Group { return &p.Group }

// Object appends a record as a JSON object, without what makes it a part of a log: its
// number and its check.
func (p *Page) Object(b []byte, r *tap.Record) []byte {
	b = append(b, '{')
	start := len(b)
	if r.Origin != nil {
		b = strconv.AppendUint(append(b, chain.SeqKey...), r.Seq, 10)
	}
	b = p.appendWhat(p.appendWho(b, r), r)
	return append(append(b[:start], b[start+len(","):]...), '}')
}

// Reset empties the page.
func (p *Page) Reset() {
	if p.Room() > mostKept {
		*p = *New(p.payload, p.sized, p.shifts)
		return
	}
	p.Group.Reset()
	p.who, p.what, p.origin = nil, nil, nil
	p.message = tap.Record{}
}

// Add appends a record's lines.
func (p *Page) Add(n uint64, r *tap.Record, times int) {
	for seq := r.Seq; times > 0; {
		p.line(n, seq, r)
		done := 1 + p.repeat(n, seq, times-1)
		n, seq, times = n+uint64(done), seq+uint64(done), times-done
	}
}

// line appends one line.
func (p *Page) line(n, seq uint64, r *tap.Record) {
	start := len(p.Lines)
	b := strconv.AppendUint(append(p.Lines, `{"n":`...), n, 10)
	if r.Origin != nil {
		b = strconv.AppendUint(append(b, chain.SeqKey...), seq, 10)
	}
	who := len(b)
	b = p.appendWho(b, r)
	what := len(b)
	b = p.appendWhat(b, r)
	p.who, p.what = b[who:what:what], b[what:len(b):len(b)]
	again := p.Tape.Record(b[start:who], p.who, p.what)
	p.Lines, p.Last = chain.AppendSum(b, p.rest.sum(b[start:who], b[who:], again, p.shifts)), n
	p.start, p.head = start, who-start
}

// appendWho appends when it was, and who did it.
func (p *Page) appendWho(b []byte, r *tap.Record) []byte {
	same := r.Time.Equal(p.now)
	if same && r.Origin == p.origin && p.who != nil {
		return append(b, p.who...)
	}
	if !same || p.stamp == nil {
		p.now, p.stamp = r.Time, r.Time.UTC().AppendFormat(p.stamp[:0], chain.TimeFormat)
	}
	p.origin = r.Origin
	b = append(append(append(b, chain.WhoKey...), p.stamp...), '"')
	return append(b, p.originText(r.Origin)...)
}

func (p *Page) originText(o *report.Origin) []byte {
	if o == nil {
		return nil
	}
	if text, ok := p.origins[o]; ok {
		return text
	}
	if len(p.origins) >= maxOrigins || p.known >= maxOriginBytes {
		clear(p.origins)
		p.known = 0
	}
	text := appendNumber(nil, "cid", o.CID)
	text = appendGiven(text, "user", o.User)
	text = appendGiven(text, "account", o.Account)
	text = appendGiven(text, "addr", o.Address)
	p.origins[o] = text
	p.known += len(text)
	return text
}

// appendWhat appends what has happened.
func (p *Page) appendWhat(b []byte, r *tap.Record) []byte {
	if r.Kind != tap.Published || r.Payload != nil {
		p.message.Kind = tap.Lost // like no message
		return p.appendEvent(b, r)
	}
	if m := &p.message; m.Kind == tap.Published && m.Subject == r.Subject && m.Reply == r.Reply && m.Size == r.Size &&
		m.Headers == r.Headers && m.Outcome == r.Outcome && m.Copies == r.Copies && m.Reason == r.Reason && p.what != nil {
		return append(b, p.what...)
	}
	p.message = *r
	return p.appendEvent(b, r)
}

func (p *Page) appendEvent(b []byte, r *tap.Record) []byte {
	b = append(append(append(b, chain.WhatKey...), Event(r)...), '"')
	switch r.Kind {
	case tap.Lost:
		return appendGap(b, r.Gap)
	case tap.Supervision:
		return appendSupervision(b, r)
	case tap.Connected, tap.Authenticated, tap.AuthFailed:
		b = appendClient(b, r.Origin)
	case tap.TapAdded, tap.TapRemoved:
		b = appendText(b, "tap", r.Tap)
	default: // what all have is enough
	}
	b = appendGiven(b, "subject", r.Subject)
	b = appendGiven(b, "reply", r.Reply)
	b = appendGiven(b, "queue", r.Queue)
	b = appendGiven(b, "sid", r.SID)
	if r.Max > 0 {
		b = appendNumber(b, "max", uint64(r.Max))
	}
	if r.Kind == tap.Published {
		b = p.appendMessage(b, r)
	}
	switch {
	case r.Outcome == tap.OutcomeDelivered: // in as few bytes as can be: most messages are
		b = appendNumber(b, "copies", uint64(r.Copies))
	case r.Outcome != tap.OutcomeAccepted || isCommand(r.Kind):
		b = append(append(append(b, `,"outcome":"`...), Outcome(r)...), '"')
	}
	return appendGiven(b, "reason", r.Reason)
}

// appendMessage appends how large a message is, and as much of its payload as is
// wanted.
func (p *Page) appendMessage(b []byte, r *tap.Record) []byte {
	if !p.sized {
		return b
	}
	b = appendNumber(b, "size", uint64(r.Size))
	if r.Headers > 0 {
		b = appendNumber(b, "headers", uint64(r.Headers))
	}
	switch kept := p.payload; {
	case kept.Hashed():
		b = append(appendKey(b, "sha256"), '"')
		return append(hex.AppendEncode(b, r.Payload), '"')
	case kept == tap.PayloadNone:
		return b
	case utf8.Valid(r.Payload):
		return appendText(b, "payload", string(r.Payload))
	default:
		return appendBase64(b, "payload", r.Payload)
	}
}

// appendClient appends what a client says about itself, and how it has come.
func appendClient(b []byte, o *report.Origin) []byte {
	if o == nil {
		return b
	}
	b = appendGiven(b, "tried", o.Tried)
	b = appendGiven(b, "kind", o.Kind)
	b = appendGiven(b, "name", o.Name)
	b = appendGiven(b, "lang", o.Lang)
	return appendGiven(b, "version", o.Version)
}

func appendGap(b []byte, g *tap.Gap) []byte {
	if g == nil {
		g = new(tap.Gap)
	}
	b = append(append(b, `,"from":"`...), g.From.UTC().Format(chain.TimeFormat)...)
	b = append(append(b, `","to":"`...), g.To.UTC().Format(chain.TimeFormat)...)
	b = appendNumber(append(b, '"'), "count", g.Count)
	return appendText(b, "reason", g.Reason)
}

func appendSupervision(b []byte, r *tap.Record) []byte {
	e := r.Supervision
	if e == nil {
		return b
	}
	b = appendText(b, "what", string(e.What))
	b = appendText(b, "path", e.Path)
	b = appendGiven(b, "directive", string(e.Directive))
	b = appendGiven(b, "failure", e.Failure)
	return appendGiven(b, "reason", e.Reason)
}
