package actors

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/topics"
)

// PartitionReport is what a partition says about its index. A wildcard
// subscription that lives in every partition is counted in each.
type PartitionReport struct {
	Name string
	topics.Stats
}

// partitionQuery asks a partition something that does not change it.
type partitionQuery interface{ ask(p *partition) }

// takeStock asks a partition for its report.
type takeStock struct {
	account int  // its number; negative: all of them together
	brief   bool // without the fan-out, which takes time to find out
	answer  chan<- PartitionReport
}

func (m *takeStock) ask(p *partition) {
	r := PartitionReport{Name: partitionName(p.number)}
	for n, x := range p.byNumber {
		if x == nil || m.account >= 0 && m.account != n {
			continue
		}
		if m.brief {
			r.Stats = r.Plus(x.Count())
		} else {
			r.Stats = r.Plus(x.Stats())
		}
	}
	m.answer <- r
}

// matchOne asks a partition who gets a message on a subject.
type matchOne struct {
	account int // its number
	subject string
	answer  chan<- *result
}

func (m *matchOne) ask(p *partition) { m.answer <- p.numbered(m.account).Match([]byte(m.subject)) }

// IgnoreDeadLetterLogging: when the broker stops, everybody goes at once.
func (*takeStock) IgnoreDeadLetterLogging() {}
func (*matchOne) IgnoreDeadLetterLogging()  {}

// Partitions reports every partition that answers in time.
func (b *Broker) Partitions(ctx context.Context) ([]PartitionReport, error) {
	return b.takeStock(ctx, takeStock{account: -1})
}

// CountPartitions is Partitions without the fan-out. It costs a partition no more
// than a message does, so it may be asked often.
func (b *Broker) CountPartitions(ctx context.Context) ([]PartitionReport, error) {
	return b.takeStock(ctx, takeStock{account: -1, brief: true})
}

func (b *Broker) takeStock(ctx context.Context, question takeStock) ([]PartitionReport, error) {
	ctx, cancel := context.WithTimeout(ctx, askWait) // for all of them, should several hang
	defer cancel()
	var out []PartitionReport
	for _, pid := range b.hub.partitions {
		r, err := ask(ctx, b, pid, func(answer chan<- PartitionReport) any {
			q := question // of its own: one that has not answered may still read it
			q.answer = answer
			return &q
		})
		switch {
		case errors.Is(err, ErrStopped):
			return nil, err
		case err == nil:
			out = append(out, r)
		}
	}
	return out, nil
}

// ErrSubject is what asking about a subject that nobody can publish to gets.
var ErrSubject = errors.New("not a subject to publish to")

// Subscribers reports who would get a message on subject in the global account,
// all members of every queue group among them.
func (b *Broker) Subscribers(ctx context.Context, subject string) ([]SubscriptionReport, error) {
	return b.SubscribersOf(ctx, access.GlobalAccount, subject)
}

// SubscribersOf is Subscribers for the account of that name.
func (b *Broker) SubscribersOf(ctx context.Context, account, subject string) ([]SubscriptionReport, error) {
	a := b.hub.accounts().named(account)
	if a == nil {
		return nil, ErrNoAccount
	}
	if !topics.ValidSubject([]byte(subject)) {
		return nil, ErrSubject
	}
	h := b.hub
	home := h.partitions[topics.Partition([]byte(subject), len(h.partitions))]
	found, err := ask(ctx, b, home, func(answer chan<- *result) any { return &matchOne{a.number, subject, answer} })
	if err != nil {
		return nil, fmt.Errorf("matching: %w", err)
	}
	var out []SubscriptionReport
	add := func(subs []*subscription) {
		for _, s := range subs {
			if !s.over() {
				out = append(out, s.report())
			}
		}
	}
	add(found.Plain)
	for _, g := range found.Groups {
		add(g.Members)
	}
	return out, nil
}

// Subscriptions reports a page of all subscriptions, in the order of their
// connections. Offset and limit are taken as in ConnectionQuery.
func (b *Broker) Subscriptions(ctx context.Context, offset, limit int) ([]SubscriptionReport, error) {
	return b.SubscriptionsOf(ctx, "", offset, limit)
}

// SubscriptionsOf is Subscriptions of one account; an empty name is all of them.
func (b *Broker) SubscriptionsOf(ctx context.Context, account string, offset, limit int) ([]SubscriptionReport, error) {
	if b.stopped() {
		return nil, ErrStopped
	}
	q := ConnectionQuery{Offset: offset, Limit: limit}.withDefaults()
	skip, out := q.Offset, []SubscriptionReport{}
	for some := range slices.Chunk(b.hub.addresses(), askPage) {
		for _, r := range b.hub.owners(ctx, some, account, skip, q.Limit-len(out)) {
			if skip >= r.SubscriptionCount {
				skip -= r.SubscriptionCount
				continue
			}
			slices.SortFunc(r.Subscriptions, func(a, b SubscriptionReport) int { return bySID(&a, &b) })
			from, to := page(len(r.Subscriptions), skip, q.Limit-len(out))
			out, skip = append(out, r.Subscriptions[from:to]...), 0
		}
		if len(out) == q.Limit || ctx.Err() != nil {
			break
		}
	}
	return out, nil
}

// owners are the reports of those of some connections that are in the account, in
// order. Only those that the page lies in are asked for the list: a list may be
// long.
func (h *hub) owners(ctx context.Context, whom []address, account string, skip, limit int) []*ConnectionReport {
	all := make(map[uint64]*ConnectionReport, len(whom))
	h.askAll(ctx, whom, false, func(r *ConnectionReport) { all[r.CID] = r })
	var out []*ConnectionReport
	var listed []*ConnectionReport
	for _, a := range whom {
		r := all[a.cid]
		if r == nil || r.SubscriptionCount == 0 || account != "" && r.Account != account {
			continue
		}
		out = append(out, r)
		switch {
		case skip >= r.SubscriptionCount:
			skip -= r.SubscriptionCount
		case limit > 0:
			listed = append(listed, r)
			limit -= r.SubscriptionCount - skip
			skip = 0
		}
	}
	h.listSubscriptions(ctx, listed)
	for _, r := range listed {
		all[r.CID] = r
	}
	for i, r := range out {
		out[i] = all[r.CID]
	}
	return out
}
