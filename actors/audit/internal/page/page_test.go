package page

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
)

var midday = time.Date(2026, 11, 23, 12, 0, 0, 123456789, time.FixedZone("", 3600))

var bob = &report.Origin{CID: 7, Kind: "nats", Address: "127.0.0.1:5", User: "bob", Account: "A", Name: "n", Lang: "go", Version: "1"}

func TestAddingDoesNotAllocate(t *testing.T) {
	p := New(tap.PayloadNone, true, make(Shifts))
	r := tap.Record{Kind: tap.Published, Time: midday, Origin: bob, Subject: "a.b", Size: 16, Outcome: tap.OutcomeDelivered, Copies: 1}
	fill := func() {
		p.Reset()
		for i := range uint64(100) {
			r.Seq = i
			r.Time = r.Time.Add(time.Microsecond)
			p.Add(i, &r, 1)
		}
	}
	fill()
	assert.Zero(t, testing.AllocsPerRun(10, fill))
}

// What clients are called, and what they have sent, is not kept for long.
func TestEmptyPagesKeepLittle(t *testing.T) {
	p := New(tap.PayloadAll, true, make(Shifts))
	for i := range uint64(2 * maxOrigins) {
		o := &report.Origin{CID: i, User: strings.Repeat("u", 4096)}
		p.Reset()
		p.Add(i, &tap.Record{Kind: tap.Subscribed, Time: midday, Origin: o}, 1)
	}
	kept := 0
	for _, text := range p.origins {
		kept += len(text)
	}
	assert.Equal(t, p.known, kept)
	assert.Less(t, kept, maxOriginBytes+8192)
	p.Add(1, &tap.Record{Kind: tap.Published, Time: midday, Origin: bob, Payload: make([]byte, mostKept)}, 1)
	p.Reset()
	assert.Zero(t, cap(p.Lines)+cap(p.Tape.Buf))
}
