package observer

import (
	"net/http"
	"sync"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
)

// The tap that counts subjects.
const (
	counterName  = "observer"
	counterBytes = 1 << 20
	listedMost   = 50 // subjects that a page is told of
	audience     = 16 // pages that may look at a time
)

// subjects counts the busiest of them while somebody looks. It belongs to the handlers
// and to the tap's actor, which is why it has a lock.
type subjects struct {
	broker *actors.Broker

	joining sync.Mutex // held while the tap comes or goes
	looking int        // pages

	mu     sync.Mutex
	counts sketch
	all    uint64 // messages counted
	lost   uint64 // messages that the tap was not told of
	since  time.Time
	latest *busy
}

// busy is what happened on the busiest subjects, for each second.
type busy struct {
	Subjects []rate  `json:"subjects"`
	All      float64 `json:"all"`
	Lost     float64 `json:"lost"`
}

// rate is one subject. Over is how much too high Messages may be.
type rate struct {
	Account  string  `json:"account"`
	Subject  string  `json:"subject"`
	Messages float64 `json:"messages"`
	Over     float64 `json:"over"`
	Bytes    float64 `json:"bytes"`
}

func newSubjects(b *actors.Broker) *subjects { return &subjects{broker: b} }

// counter is the tap's actor.
type counter struct{ *subjects }

// Receive handles the records of the tap.
func (c *counter) Receive(ctx actor.Context) {
	batch, ok := ctx.Message().(*tap.Batch)
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for r, n := range batch.Runs() {
		switch {
		case r.Gap != nil:
			c.lost += r.Gap.Count
		case r.Kind == tap.Published:
			c.all += uint64(n)
			c.counts.add(accountOf(r.Origin), r.Subject, uint64(n), uint64(n)*uint64(r.Size))
		}
	}
}

// accountOf is the account that a message was published in. What no client published has
// none.
func accountOf(by *report.Origin) string {
	if by == nil {
		return ""
	}
	return by.Account
}

// look has the subjects counted until leave is called.
func (s *subjects) look() (leave func(), err error) {
	s.joining.Lock()
	defer s.joining.Unlock()
	if s.looking == audience {
		return nil, errBusy
	}
	if s.looking == 0 {
		s.reset()
		err := s.broker.AddTap(tap.Spec{Name: counterName, Feeds: tap.Commands, MaxBytes: counterBytes, MaxDelay: 50 * time.Millisecond, Sampled: true}, func() actor.Actor { return &counter{s} })
		if err != nil {
			return nil, err
		}
	}
	s.looking++
	return s.leave, nil
}

func (s *subjects) leave() {
	s.joining.Lock()
	defer s.joining.Unlock()
	if s.looking--; s.looking == 0 {
		_ = s.broker.RemoveTap(counterName) // a broker that has stopped has none
	}
}

func (s *subjects) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts.forget()
	s.all, s.lost, s.since, s.latest = 0, 0, time.Now(), &busy{Subjects: []rate{}}
}

// count is what happened since the last count, if that was a step ago; else it is that of
// the last time, since all pages are told the same.
func (s *subjects) count() *busy {
	s.mu.Lock()
	defer s.mu.Unlock()
	passed := time.Since(s.since)
	if passed < step*9/10 {
		return s.latest
	}
	each := func(n uint64) float64 { return round(float64(n) / passed.Seconds()) }
	b := &busy{Subjects: []rate{}, All: each(s.all), Lost: each(s.lost)}
	for _, t := range s.counts.top(listedMost) {
		b.Subjects = append(b.Subjects, rate{Account: t.account, Subject: t.subject, Messages: each(t.count), Over: each(t.over), Bytes: each(t.bytes)})
	}
	s.counts.forget()
	s.all, s.lost, s.since, s.latest = 0, 0, time.Now(), b
	return b
}

// busiest is the stream of the busiest subjects.
func (o *Observer) busiest(w http.ResponseWriter, r *http.Request) {
	leave, err := o.rates.look()
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, plain(err))
		return
	}
	defer leave()
	s := open(w)
	if s == nil {
		return
	}
	every := time.NewTicker(step)
	defer every.Stop()
	for {
		select {
		case <-every.C:
			if s.say("subjects", o.rates.count()) != nil {
				return
			}
		case <-r.Context().Done():
			return
		}
	}
}
