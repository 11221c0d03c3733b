package actors

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/supervisor"
)

// Stats is what the whole broker has done. The numbers are read one after the
// other while it works.
type Stats struct {
	Start            time.Time
	Connections      int
	TotalConnections uint64 // since the start
	Subscriptions    int
	TotalSubscribed  uint64 // since the start

	InMessages, OutMessages uint64 // from clients, to clients
	InBytes, OutBytes       uint64 // of payload

	SlowConsumers    uint64
	StaleConnections uint64
	OutboundBytes    int64 // memory of all outboxes, of which OutboundBudget is the limit

	Ledger Ledger
}

// Stats reads the broker's counters. It asks no actor.
func (b *Broker) Stats() Stats {
	c := &b.hub.counters
	return Stats{
		Start:            b.hub.started,
		Connections:      int(max(c.connections.Load(), 0)),
		TotalConnections: c.total.Load(),
		Subscriptions:    int(max(c.subscriptions.Load(), 0)),
		TotalSubscribed:  c.subscribed.Load(),
		InMessages:       notNegative(c.inMessages.Load() - c.internal.inMessages.Load()),
		InBytes:          notNegative(c.inBytes.Load() - c.internal.inBytes.Load()),
		OutMessages:      notNegative(c.outMessages.Load() - c.internal.outMessages.Load()),
		OutBytes:         notNegative(c.outBytes.Load() - c.internal.outBytes.Load()),
		SlowConsumers:    c.slowConsumers.Load(),
		StaleConnections: c.stale.Load(),
		OutboundBytes:    max(b.hub.budget.used.Load(), 0),
		Ledger:           c.ledger(),
	}
}

// Config is the configuration in force, defaults filled in, without its secrets.
func (b *Broker) Config() Config {
	c := *b.hub.config()
	c.Port = b.hub.info.Port
	c.ServerName = b.hub.info.ServerName
	c.Password, c.Token = "", ""
	c.Operators, c.AccountTokens = nil, nil
	c.Users = withoutSecrets(c.Users)
	c.Accounts = slices.Clone(c.Accounts)
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

// AuthRequired reports whether clients must say who they are.
func (b *Broker) AuthRequired() bool { return b.hub.gate().Asks() }

// Healthy is nil if the broker can serve: it runs, and each of its partitions
// answers.
func (b *Broker) Healthy(ctx context.Context) error {
	found, err := b.CountPartitions(ctx)
	if err != nil {
		return err
	}
	if len(found) < len(b.hub.partitions) {
		return errors.New("troupe: a partition does not answer")
	}
	return nil
}

// roots is how many children of the broker itself the tree can show: there are
// a handful, and no limit is meant for them.
const roots = 32

// Tree describes the actors of the broker, up to limit children of each group
// (all of them if it is negative).
func (b *Broker) Tree(limit int) (supervisor.Node, error) {
	if b.stopped() {
		return supervisor.Node{}, ErrStopped
	}
	ask := limit
	if limit >= 0 {
		ask = max(limit, roots)
	}
	root, err := supervisor.Inspect(b.hub.system, b.root, supervisor.Describe{Limit: ask})
	if err != nil {
		return root, err
	}
	if limit >= 0 {
		for i := range root.Children {
			n := &root.Children[i]
			n.Children = n.Children[:min(limit, len(n.Children))]
		}
	}
	b.hub.lookInto(&root)
	return root, nil
}

// lookInto adds to the connections of a tree what their supervisor does not
// keep, for there are many of them: they are asked. One that does not answer
// may be the very one that is looked for, so it is not left out.
func (h *hub) lookInto(root *supervisor.Node) {
	var whom []address
	at := make(map[uint64]*supervisor.Node)
	var walk func(n *supervisor.Node)
	walk = func(n *supervisor.Node) {
		if cid, ok := cidOf(n.Path); ok {
			at[cid] = n
			whom = append(whom, address{cid: cid, pid: h.system.NewLocalPID(n.Path)})
		}
		for i := range n.Children {
			walk(&n.Children[i])
		}
	}
	walk(root)
	answered := make(map[uint64]bool, len(whom))
	ctx, cancel := context.WithTimeout(context.Background(), askWait)
	defer cancel()
	h.askAll(ctx, whom, false, func(r *ConnectionReport) {
		answered[r.CID] = true
		n, load := at[r.CID], r.Mailbox
		n.Since, n.Mailbox = r.Start, &load
	})
	for cid, n := range at {
		if !answered[cid] && n.State == supervisor.Running {
			n.State = supervisor.Silent
		}
	}
}
