package republish

import (
	"strings"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/audit"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/supervisor"
)

// publisher is the tap's actor.
type publisher struct {
	Config
	encoder *audit.Encoder
	client  *client.Client
	given   *tap.Batch // nil while there is none
	lost    *tap.Gap   // what is not told of yet; the next incarnation has it too
	refused bool       // something has been, and been logged
}

// Receive handles the actor's messages.
func (p *publisher) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		p.join(ctx)
	case *tap.Batch:
		p.take(m)
	case *client.Flushed:
		p.done()
	case *client.Refused:
		p.complain(ctx, m)
	case *client.Detached:
		p.join(ctx)
		p.done()
	}
}

// join makes a client of it. It is a part of the broker: no tap is told of what it
// does, and so neither is it itself.
func (p *publisher) join(ctx actor.Context) {
	client, err := client.Join(ctx, client.Options{User: p.As, Account: p.Account, Name: name, Internal: true, NoEcho: true})
	if err != nil {
		panic(supervisor.Fail(err))
	}
	p.client, p.refused = client, false
}

// take publishes a batch. The next one is given when everybody has this one who is
// to have it.
func (p *publisher) take(b *tap.Batch) {
	for r := range b.Records() {
		if r.Kind == tap.Published && strings.HasPrefix(r.Subject, p.Prefix+".") {
			continue
		}
		p.confess()
		if p.lost.Count > 0 || !p.publish(r) {
			p.lose(r)
		}
	}
	p.confess()
	if p.client.Flush() == nil {
		p.given = b
		b.Hold()
	}
}

// done has taken the batch that was given.
func (p *publisher) done() {
	if p.given != nil {
		p.given.Done(nil)
		p.given = nil
	}
}

// publish reports false if too much waits to be published, or what is to be
// published is too large: then it counts as lost.
func (p *publisher) publish(r *tap.Record) bool {
	return p.client.Publish(&client.Message{Subject: p.subjectOf(r), Data: p.encoder.Append(nil, r)}) == nil
}

const lossFailed = "too large, or too much at once, to be republished"

// lose counts a record that could not be published.
func (p *publisher) lose(r *tap.Record) {
	g := tap.Gap{From: r.Time, To: r.Time, Count: 1}
	if r.Gap != nil {
		g = *r.Gap
	}
	if p.lost.Count == 0 {
		*p.lost = tap.Gap{From: g.From, Reason: lossFailed}
	}
	p.lost.To = g.To
	p.lost.Count += g.Count
}

// confess publishes what was lost, if anything was.
func (p *publisher) confess() {
	if p.lost.Count > 0 && p.publish(&tap.Record{Kind: tap.Lost, Time: p.lost.To, Gap: p.lost}) {
		*p.lost = tap.Gap{}
	}
}

// complain says once that permissions are missing.
func (p *publisher) complain(ctx actor.Context, m *client.Refused) {
	if !p.refused {
		p.refused = true
		ctx.Logger().Error("Records are not republished", "error", m.Text)
	}
}
