package actors

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/topics"
)

// This file is what there is to know about a broker.

// Stats reads the broker's counters. It asks no actor.
func (b *Broker) Stats() report.Stats {
	s := b.counters.Report()
	s.Start, s.AuthRequired = b.started, b.settings.Load().Gate.Asks()
	for _, l := range b.env.Links.All() {
		if l.Kind != interest.Route {
			s.Links++
		}
	}
	s.OutboundBytes, s.InboundBytes = b.budget.InUse(), b.env.Inbound.InUse()
	s.Parked = b.env.Parking.Parked()
	s.Failures, s.GivenUp = b.failures.Report()
	return s
}

// Config is the configuration in force, defaults filled in, without its secrets.
func (b *Broker) Config() Config {
	c := b.config().WithoutSecrets()
	c.Port, c.ServerName = b.endpoints.Clients().Port(c.Port), b.name()
	if b.mesh != nil {
		c.ClusterName = b.mesh.State().Cluster
	}
	return c
}

// CertificatesEnd is until when the certificates are good that clients and WebSocket clients are shown, zero where
// there is none.
func (b *Broker) CertificatesEnd() (clients, webSocket time.Time) {
	return b.endpoints.Clients().CertificateEnds(), b.endpoints.Web().CertificateEnds()
}

// AccountsInForce are the accounts of the configuration, or those that operators have signed, without secrets.
func (b *Broker) AccountsInForce() []access.Account {
	return config.AccountsWithoutSecrets(b.settings.Load().Policy.Accounts)
}

// Healthy is nil if the broker can serve: it runs, each of its addresses is open, and
// each of its partitions answers within ctx. The error of one that lets nobody in is a
// report.ErrNotReady.
// With Config.StrictHealth it also says which actor or tap has been given up.
func (b *Broker) Healthy(ctx context.Context) error {
	if err := b.ready(); err != nil {
		return err
	}
	found, err := b.Partitions(ctx, report.PartitionQuery{})
	if err != nil {
		return err
	}
	if len(found) < len(b.env.Partitions.Load().PIDs) {
		return errors.New("troupe: a partition does not answer")
	}
	if b.config().StrictHealth {
		return b.failures.Err()
	}
	return nil
}

// ready is nil if clients can come to every address. One that has failed is closed until its
// listener is started again.
func (b *Broker) ready() error {
	switch {
	case b.asker.Stopped():
		return report.ErrStopped
	case b.env.Lame.Load():
		return fmt.Errorf("%w: the broker is in lame duck mode", report.ErrNotReady)
	}
	for _, at := range b.endpoints.Listening() {
		if at.Opened.Load() == nil {
			return fmt.Errorf("%w: the listener %q is not open", report.ErrNotReady, at.Name)
		}
	}
	return nil
}

// Connections reports a page of the connections. Each of them is asked and
// answers for itself; one that does not in time is left out, and counted in
// Silent. It may take a moment, and slows no client down. When ctx ends it returns what has
// answered. The error says what is wrong with the query, or is report.ErrStopped.
func (b *Broker) Connections(ctx context.Context, q report.ConnectionQuery) (report.ConnectionPage, error) {
	return b.asker.Connections(ctx, q)
}

// Accounts reports every account, the global one first. It asks no actor.
func (b *Broker) Accounts() []report.Account {
	return b.settings.Load().Accounts.Report(b.Stats())
}

// Partitions reports the partitions that answer within ctx, or within two seconds if that is less. The error is
// report.ErrStopped or client.ErrNoAccount.
func (b *Broker) Partitions(ctx context.Context, q report.PartitionQuery) ([]report.Partition, error) {
	question := partition.TakeStock{Account: -1, Brief: !q.FanOut}
	if q.Account != "" {
		a := b.settings.Load().Accounts.Named(q.Account)
		if a == nil {
			return nil, client.ErrNoAccount
		}
		question.Account = a.Number
	}
	return b.asker.Partitions(ctx, b.env.Partitions.Load().PIDs, question)
}

// Subscribers reports who would get a message on subject in an account, all members
// of every queue group among them. An empty account is the global one. The error is
// client.ErrNoAccount, client.ErrSubject, report.ErrStopped, or that of a partition that does
// not answer within ctx.
func (b *Broker) Subscribers(ctx context.Context, account, subject string) ([]report.Subscription, error) {
	a, err := b.accountOf(account, topics.ValidSubject([]byte(subject)))
	if err != nil {
		return nil, err
	}
	return b.asker.Subscribers(ctx, b.home(subject), a.Number, subject)
}

// CountSubscribers is how many subscriptions of clients and of leaf nodes of the broker are to a subject in an account, or lie within
// a pattern with wildcards. queue is the group that is counted alone, empty for all. Where a pattern has wildcards, silent is how many
// connections do not answer in time: theirs are not counted. The errors are those of Subscribers.
func (b *Broker) CountSubscribers(ctx context.Context, account, pattern, queue string) (n, silent int, err error) {
	a, err := b.accountOf(account, topics.ValidPattern(pattern))
	switch {
	case err != nil:
		return 0, 0, err
	case !topics.Literal(pattern):
		n, silent = b.neighbours().Count(ctx, a.Name, pattern, queue)
		return n, silent, nil
	}
	n, err = b.asker.CountOn(ctx, b.home(pattern), a.Number, pattern, queue)
	return n, 0, err
}

// accountOf is the account with that name, empty for the global one, that somebody asks about whose subject is valid or not.
func (b *Broker) accountOf(name string, valid bool) (*account.Account, error) {
	a := b.settings.Load().Accounts.Named(cmp.Or(name, access.GlobalAccount))
	switch {
	case a == nil:
		return nil, client.ErrNoAccount
	case !valid:
		return nil, client.ErrSubject
	}
	return a, nil
}

// home is the partition that a subject belongs to.
func (b *Broker) home(subject string) *actor.PID {
	now := b.env.Partitions.Load().PIDs
	return now[topics.Partition([]byte(subject), len(now))]
}

// Places are where else a message that is published in an account is seen: in accounts whose services it imports, under the
// subjects that it has there. An empty account is the global one. The error is client.ErrNoAccount or client.ErrSubject.
func (b *Broker) Places(account, subject string) ([]report.Place, error) {
	a, err := b.accountOf(account, topics.ValidSubject([]byte(subject)))
	if err != nil {
		return nil, err
	}
	var out []report.Place
	for in, name := range a.Crossings(subject) {
		out = append(out, report.Place{Account: in.Name, Subject: name})
	}
	return out, nil
}

// Subscriptions reports a page of the subscriptions of an account, in the order of
// their connections; an empty account is all of them. Offset and limit are taken as in
// report.ConnectionQuery. Connections that do not answer are left out. The error is
// report.ErrStopped.
func (b *Broker) Subscriptions(ctx context.Context, account string, offset, limit int) ([]report.Subscription, error) {
	return b.asker.Subscriptions(ctx, account, offset, limit)
}

// Tree describes the actors of the broker, up to limit children of each group
// (all of them if it is negative). The error is report.ErrStopped, or that of a group that
// does not answer.
func (b *Broker) Tree(limit int) (supervisor.Node, error) { return b.asker.Tree(b.root, limit) }

// History is up to n of the newest supervision events, newest first; all that
// are kept if n is not positive. The error is report.ErrStopped, or that of ctx.
func (b *Broker) History(ctx context.Context, n int) ([]supervisor.Event, error) {
	return b.asker.History(ctx, n)
}

// Report adds a crash to the history and to the log that was caught in a goroutine, so that no supervisor hears of
// it. name says which goroutine. The method is a supervisor.Report, for supervisor.Go.
func (b *Broker) Report(name string, c *supervisor.Crash) { b.host.Crashed(name, c) }
