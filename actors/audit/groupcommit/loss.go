package groupcommit

import (
	"time"

	"github.com/troupe-mq/troupe/actors/tap"
)

// span is a number of records and the time that they cover.
type span struct {
	from, to time.Time
	count    uint64
	reason   string
}

// add counts a record that comes so many times. A gap stands for all that it tells
// of.
func (s *span) add(r *tap.Record, times int) {
	if r.Kind == tap.Lost && r.Gap != nil {
		s.merge(span{from: r.Gap.From, to: r.Gap.To, count: r.Gap.Count})
		return
	}
	s.merge(span{from: r.Time, to: r.Time, count: uint64(times)})
}

// merge adds another span. The reason that came first stays.
func (s *span) merge(o span) {
	if o.count == 0 {
		return
	}
	if s.count == 0 || o.from.Before(s.from) {
		s.from = o.from
	}
	if o.to.After(s.to) {
		s.to = o.to
	}
	if s.reason == "" {
		s.reason = o.reason
	}
	s.count += o.count
}

// record is what the log says about a loss. Where publishers were refused it is
// no gap: nothing has happened that the log does not know of.
func (s *span) record(policy tap.Policy) *tap.Record {
	r := &tap.Record{
		Kind: tap.Lost,
		Time: s.to,
		Gap:  &tap.Gap{From: s.from, To: s.to, Count: s.count, Reason: s.reason},
	}
	if policy == tap.Block {
		r.Outcome = tap.OutcomeRefused
	}
	return r
}

// outage is a time in which the store cannot be used.
type outage struct {
	err   error
	delay time.Duration // before the next attempt
	timer *time.Timer
}

// group is a page and the batches in it.
type group struct {
	page    Page
	batches []*tap.Batch
	span    span
}

func (g *group) empty() bool { return g.span.count == 0 }

// settle tells those who wait for the group. Only publishers that are held up are
// told of an error; to all others the log owns up by itself.
func (g *group) settle(policy tap.Policy, err error) {
	if policy == tap.Drop {
		err = nil
	}
	for _, b := range g.batches {
		b.Done(err)
	}
	clear(g.batches)
	g.batches = g.batches[:0]
}

// reset empties the group.
func (g *group) reset() {
	g.page.Reset()
	g.span = span{}
}
