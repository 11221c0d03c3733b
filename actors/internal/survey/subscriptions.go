package survey

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/actors/report"
)

// Partitions asks every partition for its report. Those that do not answer in time
// are left out.
func (a *Asker) Partitions(ctx context.Context, all []*actor.PID, question partition.TakeStock) ([]report.Partition, error) {
	ctx, cancel := context.WithTimeout(ctx, AskWait) // for all of them, should several hang
	defer cancel()
	var out []report.Partition
	for _, pid := range all {
		r, err := Ask(ctx, a, pid, func(answer chan<- report.Partition) any {
			q := question // of its own: one that has not answered may still read it
			q.Reply = answer
			return &q
		})
		switch {
		case errors.Is(err, report.ErrStopped):
			return nil, err
		case err == nil:
			out = append(out, r)
		}
	}
	return out, nil
}

// Subscribers asks the partition home who gets a message on a subject in an account.
func (a *Asker) Subscribers(ctx context.Context, home *actor.PID, account int, subject string) ([]report.Subscription, error) {
	found, err := Ask(ctx, a, home, func(answer chan<- *batch.Result) any {
		return &partition.MatchOne{Account: account, Subject: subject, Reply: answer}
	})
	if err != nil {
		return nil, fmt.Errorf("troupe: matching: %w", err)
	}
	var out []report.Subscription
	add := func(subs []*interest.Subscription) {
		for _, s := range subs {
			if !s.IsOver() {
				out = append(out, s.Report())
			}
		}
	}
	add(found.Plain)
	for _, g := range found.Groups {
		add(g.Members)
	}
	return out, nil
}

// Subscriptions reports a page of the subscriptions of an account, in the order of their
// connections; an empty name is all of them.
func (a *Asker) Subscriptions(ctx context.Context, account string, offset, limit int) ([]report.Subscription, error) {
	if a.Stopped() {
		return nil, report.ErrStopped
	}
	q := report.ConnectionQuery{Offset: offset, Limit: limit}.WithDefaults()
	skip, out := q.Offset, []report.Subscription{}
	for some := range slices.Chunk(a.addresses(), askPage) {
		for _, r := range a.owners(ctx, some, account, skip, q.Limit-len(out)) {
			if skip >= r.SubscriptionCount {
				skip -= r.SubscriptionCount
				continue
			}
			slices.SortFunc(r.Subscriptions, report.BySID)
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
func (a *Asker) owners(ctx context.Context, whom []Address, account string, skip, limit int) []*report.Connection {
	all := make(map[uint64]*report.Connection, len(whom))
	a.AskAll(ctx, whom, false, func(r *report.Connection) { all[r.CID] = r })
	var out []*report.Connection
	var listed []*report.Connection
	for _, at := range whom {
		r := all[at.Cid]
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
	a.listSubscriptions(ctx, listed)
	for _, r := range listed {
		all[r.CID] = r
	}
	for i, r := range out {
		out[i] = all[r.CID]
	}
	return out
}
