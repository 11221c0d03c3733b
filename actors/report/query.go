package report

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ConnectionState says which connections a query means.
type ConnectionState string

// The states. The zero value means OpenConnections.
const (
	OpenConnections   ConnectionState = "open"
	ClosedConnections ConnectionState = "closed"
	AllConnections    ConnectionState = "any"
)

// ConnectionQuery says which connections are reported, in which order, and how many.
type ConnectionQuery struct {
	State ConnectionState
	CID   uint64 // only this connection, if it is not 0
	User  string // only those of this user, if it is not empty
	// Account: only those in this account, if it is not empty.
	Account string
	// Search: only those with this text in their name, user, account, address, language or reason of
	// closing, if it is not empty. Upper and lower case are the same.
	Search string
	// Subject: only those with a subscription that some message on this subject or pattern would match, if it is not
	// empty. It needs an Account.
	Subject string

	// Sort is a key of nats-server's: cid, start, subs, pending, msgs_to,
	// msgs_from, bytes_to, bytes_from, last, idle, uptime, rtt, stop, reason.
	// Empty means cid.
	Sort string
	// Offset and Limit cut a page out. A Limit that is not positive means
	// DefaultPage, one over MaxPage means MaxPage.
	Offset, Limit int
	// Subscriptions: each report lists its subscriptions, up to MaxListed for the whole page, whose
	// texts have up to MaxListedBytes.
	Subscriptions bool
}

// The sizes of a page.
const (
	DefaultPage = 1024
	MaxPage     = 64 << 10
	MaxListed   = 1 << 18
	// MaxListedBytes is for the subjects, queue groups and sids of a page's subscriptions:
	// clients choose how long they are.
	MaxListedBytes = 16 << 20
)

// ConnectionPage is a page of connections.
type ConnectionPage struct {
	Total         int // connections that the query means, on all pages
	Offset, Limit int
	Connections   []*Connection
	Silent        int // connections that are left out because they did not answer in time
}

type comparison = func(a, b *Connection) int

// sortings are the sort keys: what is large comes first, but for cid, start and
// reason.
var sortings = map[string]comparison{
	"cid":        func(a, b *Connection) int { return compare(a.CID, b.CID) },
	"start":      func(a, b *Connection) int { return a.Start.Compare(b.Start) },
	"subs":       func(a, b *Connection) int { return compare(b.SubscriptionCount, a.SubscriptionCount) },
	"pending":    func(a, b *Connection) int { return compare(b.PendingBytes, a.PendingBytes) },
	"msgs_to":    func(a, b *Connection) int { return compare(b.OutMessages, a.OutMessages) },
	"msgs_from":  func(a, b *Connection) int { return compare(b.InMessages, a.InMessages) },
	"bytes_to":   func(a, b *Connection) int { return compare(b.OutBytes, a.OutBytes) },
	"bytes_from": func(a, b *Connection) int { return compare(b.InBytes, a.InBytes) },
	"last":       func(a, b *Connection) int { return b.LastActivity.Compare(a.LastActivity) },
	"idle":       func(a, b *Connection) int { return compare(b.Idle, a.Idle) },
	"uptime":     func(a, b *Connection) int { return compare(b.Uptime, a.Uptime) },
	"rtt":        func(a, b *Connection) int { return compare(b.RTT, a.RTT) },
	"stop":       func(a, b *Connection) int { return b.Stop.Compare(a.Stop) },
	"reason":     func(a, b *Connection) int { return compare(a.Reason, b.Reason) },
}

func compare[T cmp.Ordered](a, b T) int { return cmp.Compare(a, b) }

// Compare compares two reports by the order that the query asks for, and equal ones by their cids.
// The query must be one that WithDefaults returned.
func (q *ConnectionQuery) Compare(a, b *Connection) int {
	return cmp.Or(sortings[q.Sort](a, b), compare(a.CID, b.CID))
}

// Wants reports whether the query means a connection, as far as it asks for more than a state.
func (q *ConnectionQuery) Wants(r *Connection) bool {
	return (q.CID == 0 || r.CID == q.CID) && (q.User == "" || r.User == q.User) && (q.Account == "" || r.Account == q.Account) &&
		(q.Search == "" || r.mentions(strings.ToLower(q.Search)))
}

// Validate says what is wrong with a query, in the words of nats-server and with what would be right: a state or a sort key that
// there is not, or a sort key that needs another state.
func (q *ConnectionQuery) Validate() error {
	switch q.State {
	case "", OpenConnections, ClosedConnections, AllConnections:
	default:
		return fmt.Errorf("Error decoding state for %s: open, closed or any", q.State)
	}
	if q.Subject != "" && q.Account == "" {
		return errors.New("filter by subject only valid with account filtering")
	}
	if _, ok := sortings[q.Sort]; !ok && q.Sort != "" {
		return fmt.Errorf("invalid sorting option: %s: one of %s", q.Sort, strings.Join(slices.Sorted(maps.Keys(sortings)), ", "))
	}
	if (q.Sort == "stop" || q.Sort == "reason") && q.State != ClosedConnections {
		return fmt.Errorf("sort by %s only valid on closed connections", q.Sort)
	}
	return nil
}

// WithDefaults is the query with its defaults filled in, and with a page within bounds.
func (q ConnectionQuery) WithDefaults() ConnectionQuery {
	q.State = cmp.Or(q.State, OpenConnections)
	q.Sort = cmp.Or(q.Sort, "cid")
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

// BySID compares subscriptions by their sids: short ones first, so that numbers are in order.
func BySID(a, b Subscription) int {
	return cmp.Or(compare(len(a.SID), len(b.SID)), compare(a.SID, b.SID))
}
