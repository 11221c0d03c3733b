package actors

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
)

// ConnectionState says which connections are meant.
type ConnectionState string

// The states of a connection. The zero state means Open.
const (
	OpenConnections   ConnectionState = "open"
	ClosedConnections ConnectionState = "closed"
	AllConnections    ConnectionState = "any"
)

// ConnectionQuery says which connections to report, and how.
type ConnectionQuery struct {
	State ConnectionState
	CID   uint64 // this one only, if not 0
	User  string // those of this user only, if not empty
	// Account leaves those of other accounts out, if it is not empty.
	Account string

	// Sort is a key of nats-server's: cid, start, subs, pending, msgs_to,
	// msgs_from, bytes_to, bytes_from, last, idle, uptime, rtt, stop, reason.
	// Empty means cid.
	Sort string
	// Offset and Limit cut a page out. A Limit that is not positive means
	// DefaultPage, one over MaxPage means MaxPage.
	Offset, Limit int
	// Subscriptions lists them, up to MaxListed for the whole page.
	Subscriptions bool
}

// The sizes of a page.
const (
	DefaultPage = 1024
	MaxPage     = 64 << 10
	MaxListed   = 1 << 18
)

// ConnectionPage is a part of the connections.
type ConnectionPage struct {
	Total         int // before the page was cut out
	Offset, Limit int
	Connections   []*ConnectionReport
	Silent        int // left out because they did not answer
}

type comparison = func(a, b *ConnectionReport) int

// sortings are the sort keys: what is large comes first, but for cid, start and
// reason.
var sortings = map[string]comparison{
	"cid":        func(a, b *ConnectionReport) int { return compare(a.CID, b.CID) },
	"start":      func(a, b *ConnectionReport) int { return a.Start.Compare(b.Start) },
	"subs":       func(a, b *ConnectionReport) int { return compare(b.SubscriptionCount, a.SubscriptionCount) },
	"pending":    func(a, b *ConnectionReport) int { return compare(b.PendingBytes, a.PendingBytes) },
	"msgs_to":    func(a, b *ConnectionReport) int { return compare(b.OutMessages, a.OutMessages) },
	"msgs_from":  func(a, b *ConnectionReport) int { return compare(b.InMessages, a.InMessages) },
	"bytes_to":   func(a, b *ConnectionReport) int { return compare(b.OutBytes, a.OutBytes) },
	"bytes_from": func(a, b *ConnectionReport) int { return compare(b.InBytes, a.InBytes) },
	"last":       func(a, b *ConnectionReport) int { return b.LastActivity.Compare(a.LastActivity) },
	"idle":       func(a, b *ConnectionReport) int { return compare(b.Idle, a.Idle) },
	"uptime":     func(a, b *ConnectionReport) int { return compare(b.Uptime, a.Uptime) },
	"rtt":        func(a, b *ConnectionReport) int { return compare(b.RTT, a.RTT) },
	"stop":       func(a, b *ConnectionReport) int { return b.Stop.Compare(a.Stop) },
	"reason":     func(a, b *ConnectionReport) int { return compare(a.Reason, b.Reason) },
}

func compare[T cmp.Ordered](a, b T) int { return cmp.Compare(a, b) }

// Validate says what is wrong with a query, in nats-server's words.
func (q *ConnectionQuery) Validate() error {
	switch q.State {
	case "", OpenConnections, ClosedConnections, AllConnections:
	default:
		return fmt.Errorf("Error decoding state for %s", q.State)
	}
	if _, ok := sortings[q.Sort]; !ok && q.Sort != "" {
		return fmt.Errorf("invalid sorting option: %s", q.Sort)
	}
	if (q.Sort == "stop" || q.Sort == "reason") && q.State != ClosedConnections {
		return fmt.Errorf("sort by %s only valid on closed connections", q.Sort)
	}
	return nil
}

func (q ConnectionQuery) withDefaults() ConnectionQuery {
	or(&q.State, OpenConnections)
	or(&q.Sort, "cid")
	q.Offset = max(q.Offset, 0)
	if q.Limit <= 0 {
		q.Limit = DefaultPage
	}
	q.Limit = min(q.Limit, MaxPage)
	if q.CID != 0 {
		q.Limit = 1
	}
	return q
}

// page cuts a page out of n things: the bounds are always good for a slice.
func page(n, offset, limit int) (from, to int) {
	from = min(offset, n)
	return from, from + min(limit, n-from)
}

// Connections reports a page of the connections. Each of them is asked and
// answers for itself; one that does not in time is left out, and counted in
// Silent. It may take a moment, and slows no client down.
func (b *Broker) Connections(ctx context.Context, q ConnectionQuery) (ConnectionPage, error) {
	if err := q.Validate(); err != nil {
		return ConnectionPage{}, err
	}
	if b.stopped() {
		return ConnectionPage{}, ErrStopped
	}
	q = q.withDefaults()
	s := &selection{q: q, page: ConnectionPage{Offset: q.Offset, Limit: q.Limit}}
	if q.State != OpenConnections {
		closed, err := ask(ctx, b, b.hub.obituaries, func(answer chan<- []*ConnectionReport) any { return &departures{answer} })
		if err != nil {
			return ConnectionPage{}, err
		}
		for _, r := range closed {
			s.add(r)
		}
	}
	if q.State != ClosedConnections {
		b.hub.selectOpen(ctx, s)
	}
	s.cut()
	if q.Subscriptions {
		b.hub.listSubscriptions(ctx, s.page.Connections)
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
func (h *hub) selectOpen(ctx context.Context, s *selection) {
	whom := h.addresses()
	switch {
	case s.q.CID != 0:
		i, found := slices.BinarySearchFunc(whom, s.q.CID, func(a address, cid uint64) int { return compare(a.cid, cid) })
		if !found {
			return
		}
		whom = whom[i : i+1]
	case s.q.State == OpenConnections && s.q.Sort == "cid" && s.q.User == "" && s.q.Account == "": // the page is known beforehand
		from, to := page(len(whom), s.q.Offset, s.q.Limit)
		others := len(whom) - (to - from)
		s.page.Silent += h.askAll(ctx, whom[from:to], false, s.add)
		s.total += others
		s.q.Offset = 0
		return
	}
	s.page.Silent += h.askAll(ctx, whom, false, s.add)
}

// listSubscriptions asks the connections of a page once more, for the list. It
// goes on until there is no more room.
func (h *hub) listSubscriptions(ctx context.Context, page []*ConnectionReport) {
	at := make(map[uint64]int, len(page))
	var whom []address
	room := MaxListed
	for i, r := range page {
		if r.Closed() || r.SubscriptionCount == 0 {
			continue
		}
		if room -= r.SubscriptionCount; room < 0 {
			break
		}
		at[r.CID] = i
		whom = append(whom, address{cid: r.CID, pid: r.pid})
	}
	h.askAll(ctx, whom, true, func(r *ConnectionReport) {
		slices.SortFunc(r.Subscriptions, func(a, b SubscriptionReport) int { return bySID(&a, &b) })
		page[at[r.CID]] = r
	})
}

// bySID puts short sids first, which for numbers is their order.
func bySID(a, b *SubscriptionReport) int {
	return cmp.Or(compare(len(a.SID), len(b.SID)), compare(a.SID, b.SID))
}

// selection keeps the reports that may be on the page, and forgets the others
// while it goes.
type selection struct {
	q     ConnectionQuery
	kept  []*ConnectionReport
	total int
	page  ConnectionPage
}

func (s *selection) add(r *ConnectionReport) {
	if s.q.CID != 0 && r.CID != s.q.CID || s.q.User != "" && r.User != s.q.User || s.q.Account != "" && r.Account != s.q.Account {
		return
	}
	s.total++
	s.kept = append(s.kept, r)
	if want := s.want(); len(s.kept) > 2*want+DefaultPage {
		s.order()
		clear(s.kept[want:])
		s.kept = s.kept[:want]
	}
}

// want is how many reports the page can need, those before it included.
func (s *selection) want() int { return min(s.q.Offset, math.MaxInt32) + s.q.Limit }

func (s *selection) order() {
	by, cid := sortings[s.q.Sort], sortings["cid"]
	slices.SortFunc(s.kept, func(a, b *ConnectionReport) int { return cmp.Or(by(a, b), cid(a, b)) })
}

func (s *selection) cut() {
	s.order()
	from, to := page(len(s.kept), s.q.Offset, s.q.Limit)
	s.page.Connections = s.kept[from:to]
	s.page.Total = s.total
}
