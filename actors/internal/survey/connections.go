package survey

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/troupe-mq/troupe/actors/internal/connection"
	"github.com/troupe-mq/troupe/actors/internal/history"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/topics"
)

// page cuts a page out of n things: the bounds are always good for a slice.
func page(n, offset, limit int) (from, to int) {
	from = min(offset, n)
	return from, from + min(limit, n-from)
}

// Connections reports a page of the connections. Each of them is asked and
// answers for itself; one that does not in time is left out, and counted in
// Silent. It may take a moment, and slows no client down.
func (a *Asker) Connections(ctx context.Context, q report.ConnectionQuery) (report.ConnectionPage, error) {
	if err := q.Validate(); err != nil {
		return report.ConnectionPage{}, err
	}
	if a.Stopped() {
		return report.ConnectionPage{}, report.ErrStopped
	}
	q = q.WithDefaults()
	s := &selection{q: q, page: report.ConnectionPage{Offset: q.Offset, Limit: q.Limit}}
	if q.State != report.OpenConnections {
		closed, err := Ask(ctx, a, a.Host.PID(host.Path(host.Monitor, host.Closed)), func(answer chan<- []*report.Connection) any { return &history.ListClosed{Answer: answer} })
		if err != nil {
			return report.ConnectionPage{}, err
		}
		for _, r := range closed {
			s.add(r)
		}
	}
	if q.State != report.ClosedConnections {
		a.selectOpen(ctx, s)
	}
	s.cut()
	if q.Subscriptions {
		a.listSubscriptions(ctx, s.page.Connections)
		cutLists(s.page.Connections, report.MaxListedBytes)
	}
	for i, r := range s.page.Connections {
		if !q.Subscriptions && r.Subscriptions != nil { // a closed one's: it is shared
			bare := *r
			bare.Subscriptions = nil
			s.page.Connections[i] = &bare
		}
	}
	return s.page, nil
}

// selectOpen asks those connections that may be on the page.
func (a *Asker) selectOpen(ctx context.Context, s *selection) {
	whom := a.addresses()
	switch {
	case s.q.CID != 0:
		i, found := slices.BinarySearchFunc(whom, s.q.CID, func(at Address, cid uint64) int { return cmp.Compare(at.Cid, cid) })
		if !found {
			return
		}
		whom = whom[i : i+1]
	case s.q.Subject != "": // each is asked for its list
	case s.q.State == report.OpenConnections && s.q.Sort == "cid" && s.q.User == "" && s.q.Account == "" && s.q.Search == "": // the page is known beforehand
		from, to := page(len(whom), s.q.Offset, s.q.Limit)
		others := len(whom) - (to - from)
		s.page.Silent += a.AskAll(ctx, whom[from:to], false, s.add)
		s.total += others
		s.q.Offset = 0
		return
	}
	s.page.Silent += a.ask(ctx, whom, connection.Report{Subs: s.q.Subject != "", Overlapping: s.q.Subject}, s.add)
}

// listSubscriptions asks the connections of a page once more, for the list. It
// goes on until there is no more room.
func (a *Asker) listSubscriptions(ctx context.Context, page []*report.Connection) {
	at := make(map[uint64]int, len(page))
	var whom []Address
	room := report.MaxListed
	for i, r := range page {
		if r.Closed() || r.SubscriptionCount == 0 {
			continue
		}
		if room -= r.SubscriptionCount; room < 0 {
			break
		}
		at[r.CID] = i
		whom = append(whom, Address{Cid: r.CID, Pid: a.Host.PID(host.Path(host.Connections, host.ConnectionName(r.CID)))})
	}
	a.AskAll(ctx, whom, true, func(r *report.Connection) {
		slices.SortFunc(r.Subscriptions, report.BySID)
		page[at[r.CID]] = r
	})
}

// cutLists leaves so many bytes of subscriptions on a page: from the first list on that exceeds
// them there is none.
func cutLists(page []*report.Connection, room int) {
	for i, r := range page {
		if fit(r.Subscriptions, &room) == len(r.Subscriptions) {
			continue
		}
		room = 0
		bare := *r // it may be shared
		bare.Subscriptions = nil
		page[i] = &bare
	}
}

// fit is how many of some subscriptions have their texts in so much room, and takes it.
func fit(subs []report.Subscription, room *int) int {
	for i := range subs {
		if *room -= len(subs[i].Subject) + len(subs[i].Queue) + len(subs[i].SID); *room < 0 {
			return i
		}
	}
	return len(subs)
}

// selection keeps the reports that may be on the page, and forgets the others
// while it goes.
type selection struct {
	q     report.ConnectionQuery
	kept  []*report.Connection
	total int
	page  report.ConnectionPage
}

func (s *selection) add(r *report.Connection) {
	if !s.q.Wants(r) {
		return
	}
	if s.q.Subject != "" {
		if !slices.ContainsFunc(r.Subscriptions, func(sub report.Subscription) bool { return topics.Overlap(s.q.Subject, sub.Subject) }) {
			return
		}
		if !r.Closed() {
			r.Subscriptions = nil // it is the page's that are listed
		}
	}
	s.total++
	s.kept = append(s.kept, r)
	if want := s.want(); len(s.kept) > 2*want+report.DefaultPage {
		s.order()
		clear(s.kept[want:])
		s.kept = s.kept[:want]
	}
}

// want is how many reports the page can need, those before it included.
func (s *selection) want() int { return min(s.q.Offset, math.MaxInt32) + s.q.Limit }

func (s *selection) order() {
	slices.SortFunc(s.kept, s.q.Compare)
}

func (s *selection) cut() {
	s.order()
	from, to := page(len(s.kept), s.q.Offset, s.q.Limit)
	s.page.Connections = s.kept[from:to]
	s.page.Total = s.total
}
