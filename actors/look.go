package actors

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/internal/history"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/actors/internal/survey"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/topics"
)

// This file is what there is to know about a broker.

// Stats reads the broker's counters. It asks no actor.
func (b *Broker) Stats() report.Stats {
	c, servers := &b.counters, &b.counters.Servers
	linksIn, linksOut := servers.InMessages.Load(), servers.OutMessages.Load() // before what they are a part of
	linksInBytes, linksOutBytes := servers.InBytes.Load(), servers.OutBytes.Load()
	failures, givenUp := b.failures.report()
	return report.Stats{
		Start:            b.started,
		AuthRequired:     b.settings.Load().Gate.Asks(),
		Connections:      int(max(c.Connections.Load(), 0)),
		TotalConnections: c.Total.Load(),
		Subscriptions:    int(max(c.Subscriptions.Load(), 0)),
		TotalSubscribed:  c.Subscribed.Load(),
		InMessages:       notNegative(c.InMessages.Load() - c.Internal.InMessages.Load()),
		InBytes:          notNegative(c.InBytes.Load() - c.Internal.InBytes.Load()),
		OutMessages:      notNegative(c.OutMessages.Load() - c.Internal.OutMessages.Load()),
		OutBytes:         notNegative(c.OutBytes.Load() - c.Internal.OutBytes.Load()),
		Links:            len(b.shared.Links.All()),
		LinksInMessages:  linksIn,
		LinksInBytes:     linksInBytes,
		LinksOutMessages: linksOut,
		LinksOutBytes:    linksOutBytes,
		SlowConsumers:    c.SlowConsumers.Load(),
		StaleConnections: c.Stale.Load(),
		OutboundBytes:    b.budget.InUse(),
		InboundBytes:     b.env.Inbound.InUse(),
		Failures:         failures,
		GivenUp:          givenUp,
		Ledger:           c.Ledger(),
	}
}

// notNegative is a difference of counters that were read one after the other.
func notNegative(n uint64) uint64 { return uint64(max(int64(n), 0)) }

// Config is the configuration in force, defaults filled in, without its secrets.
func (b *Broker) Config() Config {
	c := *b.config()
	c.Port = b.info.Port
	c.ServerName = b.info.ServerName
	c.Password, c.Token = "", ""
	c.Operators, c.AccountTokens, c.DefaultSentinel = nil, nil, ""
	c.Users = withoutSecrets(c.Users)
	c.Accounts = slices.Clone(c.Accounts)
	if c.LeafNodes != nil {
		c.LeafNodes = c.LeafNodes.withoutSecrets()
	}
	for i := range c.Accounts {
		c.Accounts[i].Users = withoutSecrets(c.Accounts[i].Users)
	}
	return c
}

func withoutSecrets(users []access.User) []access.User {
	users = slices.Clone(users)
	for i := range users {
		users[i].Password = ""
	}
	return users
}

// AccountsInForce are the accounts of the configuration, or those that operators have signed, without secrets.
func (b *Broker) AccountsInForce() []access.Account {
	accounts := slices.Clone(b.settings.Load().Policy.Accounts)
	for i := range accounts {
		accounts[i].Users = withoutSecrets(accounts[i].Users)
	}
	return accounts
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
	if len(found) < len(b.env.Partitions) {
		return errors.New("troupe: a partition does not answer")
	}
	if b.config().StrictHealth {
		return b.failures.err()
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
	for _, at := range b.open {
		if at.listening.Opened.Load() == nil {
			return fmt.Errorf("%w: the listener %q is not open", report.ErrNotReady, at.listening.Name)
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
	all := b.settings.Load().Accounts.All
	out := make([]report.Account, len(all))
	rest := b.Stats()
	for i, a := range all {
		out[i] = a.Report()
		if a.Counts() {
			rest.InMessages, rest.OutMessages = rest.InMessages-out[i].InMessages, rest.OutMessages-out[i].OutMessages
			rest.InBytes, rest.OutBytes = rest.InBytes-out[i].InBytes, rest.OutBytes-out[i].OutBytes
			rest.Subscriptions -= out[i].Subscriptions
		}
	}
	global := &out[0]
	global.InMessages, global.OutMessages = notNegative(rest.InMessages), notNegative(rest.OutMessages)
	global.InBytes, global.OutBytes = notNegative(rest.InBytes), notNegative(rest.OutBytes)
	global.Subscriptions = max(rest.Subscriptions, 0)
	return out
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
	return b.asker.Partitions(ctx, b.env.Partitions, question)
}

// Subscribers reports who would get a message on subject in an account, all members
// of every queue group among them. An empty account is the global one. The error is
// client.ErrNoAccount, client.ErrSubject, report.ErrStopped, or that of a partition that does
// not answer within ctx.
func (b *Broker) Subscribers(ctx context.Context, account, subject string) ([]report.Subscription, error) {
	a := b.settings.Load().Accounts.Named(cmp.Or(account, access.GlobalAccount))
	if a == nil {
		return nil, client.ErrNoAccount
	}
	if !topics.ValidSubject([]byte(subject)) {
		return nil, client.ErrSubject
	}
	home := b.env.Partitions[topics.Partition([]byte(subject), len(b.env.Partitions))]
	return b.asker.Subscribers(ctx, home, a.Number, subject)
}

// Places are where else a message that is published in an account is seen: in accounts whose services it imports, under the
// subjects that it has there. An empty account is the global one. The error is client.ErrNoAccount or client.ErrSubject.
func (b *Broker) Places(account, subject string) ([]report.Place, error) {
	a := b.settings.Load().Accounts.Named(cmp.Or(account, access.GlobalAccount))
	if a == nil {
		return nil, client.ErrNoAccount
	}
	if !topics.ValidSubject([]byte(subject)) {
		return nil, client.ErrSubject
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
	return survey.Ask(ctx, b.asker, b.host.PID(host.Path(host.Monitor, host.History)), func(answer chan<- []supervisor.Event) any {
		return &history.Newest{N: n, Answer: answer}
	})
}

// Report adds a crash to the history and to the log that was caught in a goroutine, so that no supervisor hears of
// it. name says which goroutine. The method is a supervisor.Report, for supervisor.Go.
func (b *Broker) Report(name string, c *supervisor.Crash) { b.host.Crashed(name, c) }
