package survey

import (
	"context"
	"fmt"
	"slices"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/actors/report"
)

// Partitions asks all partitions at once for their reports. Those that do not answer in time
// are left out, and keep no other waiting.
func (a *Asker) Partitions(ctx context.Context, all []*actor.PID, question partition.TakeStock) ([]report.Partition, error) {
	ctx, cancel := context.WithTimeout(ctx, AskWait) // for all of them, should several hang
	defer cancel()
	if a.Stopped() {
		return nil, report.ErrStopped
	}
	answers := make([]chan report.Partition, len(all))
	for i, pid := range all {
		answers[i] = make(chan report.Partition, 1)
		q := question // of its own: one that has not answered may still read it
		q.Reply = answers[i]
		a.Host.Spawn("ask", func() { a.Host.Send(pid, &q) })
	}
	var out []report.Partition
	for _, answer := range answers {
		select {
		case r := <-answer:
			out = append(out, r)
			continue
		default:
		}
		select {
		case r := <-answer:
			out = append(out, r)
		case <-a.Done:
			return nil, report.ErrStopped
		case <-ctx.Done():
		}
	}
	return out, nil
}

// Subscribers asks the partition home who gets a message on a subject in an account.
func (a *Asker) Subscribers(ctx context.Context, home *actor.PID, account int, subject string) (out []report.Subscription, err error) {
	err = a.eachOn(ctx, home, account, subject, func(s *interest.Subscription) { out = append(out, s.Report()) })
	return out, err
}

// eachOn asks the partition home for the subscriptions that a message on a subject in an account matches, and takes each.
func (a *Asker) eachOn(ctx context.Context, home *actor.PID, account int, subject string, take func(*interest.Subscription)) error {
	found, err := Ask(ctx, a, home, func(answer chan<- *batch.Result) any {
		return &partition.MatchOne{Account: account, Subject: subject, Reply: answer}
	})
	if err != nil {
		return fmt.Errorf("troupe: matching: %w", err)
	}
	each := func(subs []*interest.Subscription) {
		for _, s := range subs {
			if !s.IsOver() {
				take(s)
			}
		}
	}
	each(found.Plain)
	for _, g := range found.Groups {
		each(g.Members)
	}
	return nil
}

// Subscriptions reports a page of the subscriptions of an account, in the order of their
// connections; an empty name is all of them. The page is shorter than its limit where the
// texts of its subscriptions take more than report.MaxListedBytes.
func (a *Asker) Subscriptions(ctx context.Context, account string, offset, limit int) ([]report.Subscription, error) {
	if a.Stopped() {
		return nil, report.ErrStopped
	}
	q := report.ConnectionQuery{Offset: offset, Limit: limit}.WithDefaults()
	skip, out, room := q.Offset, []report.Subscription{}, report.MaxListedBytes
	for some := range slices.Chunk(a.addresses(), askPage) {
		for _, r := range a.owners(ctx, some, account, skip, q.Limit-len(out)) {
			if skip >= r.SubscriptionCount {
				skip -= r.SubscriptionCount
				continue
			}
			slices.SortFunc(r.Subscriptions, report.BySID)
			from, to := page(len(r.Subscriptions), skip, q.Limit-len(out))
			fits := fit(r.Subscriptions[from:to], &room)
			out, skip = append(out, r.Subscriptions[from:from+fits]...), 0
			if room < 0 {
				return out, nil
			}
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
