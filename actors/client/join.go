package client

import (
	"cmp"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/outbox"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// Options says as whom an actor joins. The zero value may do everything, in the global account.
type Options struct {
	// User is the name of a user of the configuration. The client has its permissions and is in its account.
	// Empty: the client may do everything.
	User string
	// Account is the account to be in. Empty means that of the user or, without one, $G. It must not be
	// another one than the user's.
	Account string
	// Name is shown in /connz. Default: the actor's.
	Name string
	// Internal makes the client a part of the broker. It is in no list and no count, nobody can kick it, and
	// no tap is told of what it does.
	Internal bool
	// NoEcho keeps what the client publishes from its own subscriptions.
	NoEcho bool
}

// Join makes the actor whose context it is a client of its broker. Call it in Started: the client ends with
// this incarnation of the actor, and a restarted actor joins anew. An actor may join several times, as
// different users.
//
// The error is ErrNotSpawned for an actor that cannot join, ErrNoUser or ErrNoAccount. A client that an account
// has no place for is closed at once, and the actor is sent a [Detached].
func Join(ctx actor.Context, m Options) (*Client, error) {
	a, ok := ctx.Actor().(*joined)
	if !ok {
		return nil, ErrNotSpawned
	}
	v := a.Env
	who := &access.Identity{Account: cmp.Or(m.Account, access.GlobalAccount)}
	now := v.Settings.Load()
	if m.User != "" {
		if who = now.Gate.Named(m.User); who == nil {
			return nil, ErrNoUser
		}
	}
	account := now.Accounts.Named(who.Account)
	if account == nil || m.Account != "" && m.Account != who.Account {
		return nil, ErrNoAccount
	}
	c := &Client{env: v, account: who.Account, sid: inboxSid, limits: wire.Limits{
		MaxControlLine: now.MaxControlLine,
		MaxPayload:     account.MaxPayload(now.MaxPayload),
	}}
	l := &clientLink{
		host:   v.Host,
		client: c,
		to:     ctx.Self(),
		window: newWindow(outbox.Share(now.MaxPending)),
		gone:   make(chan struct{}),
	}
	l.pipe.host, l.pipe.room, l.pipe.shut, l.pipe.turn = v.Host, &v.Room, l.shut, steps.BeginSlice()
	c.link = l
	cid := v.Accept(transport.Arrival{Conn: l, Endpoint: v.Endpoint, Resident: &transport.Resident{
		Identity: who, Name: cmp.Or(m.Name, a.Name), Echo: !m.NoEcho, Internal: m.Internal, Limits: c.limits,
		Source: &l.pipe, Admitted: func(o *report.Origin) { l.own = o },
	}})
	name := host.ConnectionName(cid)
	if m.Internal {
		name = host.InternalName(cid)
	}
	c.pid = v.PID(host.Path(host.Connections, name))
	a.clients = append(a.clients, c)
	return c, nil
}
