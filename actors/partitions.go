package actors

import (
	"fmt"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/connection"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/actors/internal/survey"
	"github.com/troupe-mq/troupe/supervisor"
)

// This file is the partitions of a broker, and how it gets another number of them while it runs: others are started, every
// connection gives them its subscriptions, and they take the place of those that there were. What is published meanwhile
// waits. Nothing is lost, and nothing is seen by half of those who want it.

// partitionsSpec: a partition that crashes is started again almost at once, since
// nobody can be served meanwhile; the subscriptions come back from the
// connections that own them.
func (b *Broker) partitionsSpec() supervisor.Spec {
	o := supervisor.Options{Name: host.Partitions, Role: "partitions", Sink: b.host.Observe, Policy: supervisor.Policy{
		Kind:      supervisor.Permanent,
		Intensity: -1,
		Backoff:   supervisor.Backoff{Min: time.Millisecond, Max: 20 * time.Millisecond},
	}}
	first := b.env.Partitions.Load()
	for p := range first.PIDs {
		o.Children = append(o.Children, b.partitionSpec(first, p))
	}
	return supervisor.Sub(o, supervisor.Policy{Kind: supervisor.Permanent, Exceeded: supervisor.Escalate}, host.Mailbox()...)
}

func (b *Broker) partitionSpec(in *partition.Layout, p int) supervisor.Spec {
	left := &partition.State{Number: p}
	return host.Gauged(supervisor.Spec{Name: in.Name(p), Role: "partition"}, func() actor.Actor {
		return partition.New(b.host, left, in, len(b.settings.Load().Accounts.All))
	})
}

// startPartitions starts n others beside those that there are, which hold nothing yet. It returns nil if there are as many
// already.
func (b *Broker) startPartitions(n int) (*partition.Layout, error) {
	now := b.env.Partitions.Load()
	if n == len(now.PIDs) {
		return nil, nil
	}
	next := partition.NewLayout(b.host, n, now)
	group := b.host.PID(host.Path(host.Partitions))
	for p := range next.PIDs {
		if _, err := supervisor.Add(b.host.System, group, b.partitionSpec(next, p), survey.AskWait); err != nil {
			b.stopPartitions(next)
			return nil, fmt.Errorf("troupe: %w", err)
		}
	}
	return next, nil
}

// stopPartitions stops those that nobody uses any more, or yet.
func (b *Broker) stopPartitions(of *partition.Layout) {
	if of == nil {
		return
	}
	group := b.host.PID(host.Path(host.Partitions))
	for p := range of.PIDs {
		b.host.Send(group, supervisor.Remove{Name: of.Name(p)})
	}
}

// movePatience is how long connections and partitions may take to move. Who does not answer is held up, and is not waited
// for: what a connection gives later still counts.
const movePatience = 10 * time.Second

// usePartitions has everybody use these. It returns when they serve.
func (b *Broker) usePartitions(next *partition.Layout) {
	if next == nil {
		return
	}
	old := b.env.Partitions.Swap(next)
	all := b.connections()
	moved, settled := make(chan bool, len(all)), make(chan bool, len(next.PIDs)) // room for all
	for _, c := range all {
		b.host.Send(c, &connection.Move{To: next, Done: moved})
	}
	patience := time.NewTimer(movePatience)
	defer patience.Stop()
	missing := b.await(moved, len(all), patience.C)
	for _, p := range next.PIDs {
		b.host.Send(p, &partition.Settle{Done: settled})
	}
	b.await(settled, len(next.PIDs), patience.C)
	for _, p := range next.PIDs {
		b.host.Send(p, &partition.Serve{})
	}
	b.host.Spawn("partitions that retire", func() { b.retire(old, moved, missing) })
}

// retire stops partitions that others have taken the place of, when all connections have moved and everything is done that
// was asked of them before.
func (b *Broker) retire(old *partition.Layout, moved <-chan bool, missing int) {
	b.await(moved, missing, nil)
	done := make(chan bool, len(old.PIDs))
	for _, p := range old.PIDs {
		b.host.Send(p, &partition.Retire{Done: done})
	}
	if b.await(done, len(old.PIDs), nil) == 0 {
		b.stopPartitions(old)
	}
}

// await waits for so many answers, until it is late or the broker has stopped. It returns how many are missing.
func (b *Broker) await(answers <-chan bool, n int, late <-chan time.Time) (missing int) {
	for ; n > 0; n-- {
		select {
		case <-answers:
		case <-late:
			return n
		case <-b.done:
			return n
		}
	}
	return 0
}

// connections are all that there are, those to other servers and those of the broker's own among them. Their group knows.
func (b *Broker) connections() (all []*actor.PID) {
	found, err := supervisor.Inspect(b.host.System, b.host.PID(host.Path(host.Connections)), supervisor.Describe{Limit: -1, Wait: movePatience})
	if err != nil {
		return nil // it cannot answer; stopping the tree closes them too
	}
	for _, n := range found.Children {
		all = append(all, b.host.PID(n.Path))
	}
	return all
}
