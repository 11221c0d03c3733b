package sys

import (
	"context"
	"time"

	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/documents"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
)

// tellTime is how long one round of events may take.
const tellTime = 5 * time.Second

// told is a piece to make events of: what a tap was told, or that it is time to
// tell about the server.
type told struct {
	records  []tap.Record
	due      bool
	accounts bool // it is time to tell about those that have connections
}

// relate tells one piece.
func (s *service) relate(client *client.Client, t *told) {
	ctx, cancel := context.WithTimeout(context.Background(), tellTime)
	defer cancel()
	c := s.chronicle(ctx, client)
	if t.due {
		c.tell(s.source.Load().server.about(statsz), func() utterance { return &answer{Statsz: s.source.Load().documents.Statsz(ctx)} })
	}
	if t.accounts {
		c.all()
	}
	for i := range t.records {
		c.record(&t.records[i])
	}
	c.accounts(c.changed)
}

// chronicle writes events. What nobody hears is not made.
type chronicle struct {
	*service
	ctx      context.Context
	client   *client.Client
	audience audience
	changed  map[string]bool // accounts whose connections have come or gone
}

func (s *service) chronicle(ctx context.Context, client *client.Client) *chronicle {
	return &chronicle{
		service: s, ctx: ctx, client: client, changed: make(map[string]bool),
		audience: audience{broker: s.broker, account: s.source.Load().systemAccount, known: make(map[string]bool)},
	}
}

// tell publishes an event if somebody listens.
func (c *chronicle) tell(subject string, make func() utterance) {
	if c.audience.hears(c.ctx, subject) {
		_ = c.voice.say(c.client, subject, make()) // who does not keep up misses events
	}
}

func (c *chronicle) record(r *tap.Record) {
	switch r.Kind {
	case tap.Authenticated:
		c.changed[r.Origin.Account] = true
		c.tell(connectSubject(r.Origin.Account), func() utterance { return connected(r.Origin, r.Time) })
	case tap.Disconnected:
		if r.Origin.Account == "" {
			return // it was never anybody
		}
		c.changed[r.Origin.Account] = true
		c.tell(disconnectSubject(r.Origin.Account), func() utterance { return disconnected(r.Origin, r.Time, r.Reason, r.Last) })
	case tap.AuthFailed:
		c.tell(c.source.Load().server.about(authError), func() utterance {
			reason := report.AuthenticationViolation
			if r.Reason == string(report.AuthenticationTimeout) {
				reason = report.AuthenticationTimeout
			}
			return disconnected(r.Origin, r.Time, string(reason), nil)
		})
	case tap.LameDuck:
		c.tell(c.source.Load().server.about(lameDuck), func() utterance { return new(standing) })
	default: // is nothing that events are made of
	}
}

// accounts tells how many connections these accounts have.
func (c *chronicle) accounts(names map[string]bool) {
	for name := range names {
		for _, subject := range connsSubjects(name) {
			c.tell(subject, func() utterance {
				found := c.source.Load().documents.AccountStatz(documents.AccountStatzOptions{Accounts: []string{name}, Unused: true})
				if len(found.Accounts) == 0 {
					return newAccountEvent(documents.AccountStat{Account: name, Name: name}, found.Now)
				}
				return newAccountEvent(found.Accounts[0], found.Now)
			})
		}
	}
}

// all has it told of each account that has connections.
func (c *chronicle) all() {
	for _, a := range c.source.Load().documents.AccountStatz(documents.AccountStatzOptions{}).Accounts {
		c.changed[a.Account] = true
	}
}
