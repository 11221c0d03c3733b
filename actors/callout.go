package actors

import (
	"context"
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
		Policy: supervisor.Policy{
			Kind:      supervisor.Permanent,
			Intensity: -1,
			Backoff:   supervisor.Backoff{Min: time.Millisecond, Max: time.Second},
		},
		Produce: func() actor.Actor {
			config := b.config()
			return inquiry.New(&inquiry.Env{Host: b.host, Settings: &b.settings, Keys: b.keys, Server: jwt.ServerID{
				Name: b.info.ServerName, Host: config.Host, ID: b.info.ServerID, Version: ProtocolVersion,
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

// inquire has the actor ask who a client is.
func (b *Broker) inquire(p *session.Proof, of *actor.PID) {
	b.host.Send(b.host.PID(host.Path(host.Actors, inquiry.Name)), &inquiry.Ask{Proof: p, Of: of})
}
