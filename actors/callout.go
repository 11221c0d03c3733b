package actors

import (
	"context"
	"maps"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/nats-io/jwt/v2"

	"github.com/troupe-mq/troupe/actors/access/operator"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/inquiry"
	"github.com/troupe-mq/troupe/actors/internal/session"
	"github.com/troupe-mq/troupe/supervisor"
)

// This file is services that say who clients are: the actor that asks them is there
// from when the configuration first names one.

// delegates reports whether some clients are known by a service only.
func (c *configuration) delegates() bool {
	authority, _ := c.settings.Policy.Authority.(*operator.Authority)
	return c.settings.Policy.Callout != nil || authority != nil && authority.Delegates()
}

// inquirySpec: without the actor some clients cannot come in, so it is always there.
func (b *Broker) inquirySpec() ActorSpec {
	b.inquires = true
	return ActorSpec{
		Name: inquiry.Name, Role: "inquiry",
		Policy: always,
		Produce: func() actor.Actor {
			config := b.config()
			return inquiry.New(&inquiry.Env{Host: b.host, Settings: &b.settings, Keys: b.keys, Server: jwt.ServerID{
				Name: b.name(), Host: config.Host, ID: b.info.ServerID, Version: ProtocolVersion,
				Cluster: config.ClusterName, Tags: config.Tags,
			}})
		},
	}
}

// startInquiry starts the actor if a reload is the first to need it.
func (b *Broker) startInquiry(ctx context.Context, next *configuration) error {
	if b.inquires || !next.delegates() {
		return nil
	}
	_, err := b.Spawn(ctx, b.inquirySpec())
	b.inquires = err == nil
	return err
}

// inquire has one of the actors find out who a client is.
func (b *Broker) inquire(p *session.Proof, of *actor.PID) {
	to := inquiry.Name
	if p.Claim.Delegation().Account != "" {
		to = inquiry.FinderName
	}
	b.host.Send(b.host.PID(host.Path(host.Actors, to)), &inquiry.Ask{Proof: p, Of: of})
}

// always is the policy of actors without which some clients cannot come in.
var always = supervisor.Policy{
	Kind:      supervisor.Permanent,
	Intensity: -1,
	Backoff:   supervisor.Backoff{Min: time.Millisecond, Max: time.Second},
}

// finderSpec: without the actor users of other accounts cannot come in, so it is always there.
func (b *Broker) finderSpec() ActorSpec {
	env := &inquiry.FinderEnv{Host: b.host, Settings: &b.settings, Find: b.findAccount, Inquire: b.inquire}
	return ActorSpec{
		Name: inquiry.FinderName, Role: "finder", Policy: always,
		Produce: func() actor.Actor { return inquiry.NewFinder(env) },
	}
}

// findAccount puts an account into force that the source knows.
func (b *Broker) findAccount(ctx context.Context, account string) error {
	tokens, err := b.config().AccountSource.Lookup(ctx, account)
	if err != nil {
		return err
	}
	_, err = b.Update(ctx, func(c *Config) error {
		all := maps.Clone(c.AccountTokens)
		if all == nil {
			all = make(map[string]string)
		}
		maps.Copy(all, tokens)
		c.AccountTokens = all
		return nil
	})
	return err
}
