package observer

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/troupe-mq/troupe/actors/front"
	"github.com/troupe-mq/troupe/actors/report"
)

// row is a connection as the page shows it. Durations are in milliseconds.
type row struct {
	CID      uint64    `json:"cid"`
	Type     string    `json:"type"`
	Host     string    `json:"host"`
	Port     int       `json:"port"`
	Start    time.Time `json:"start"`
	Idle     float64   `json:"idle"`
	RTT      float64   `json:"rtt"`
	Pending  int       `json:"pending"`
	Oldest   float64   `json:"oldest"` // how long the first message in its mailbox has waited
	Mailbox  int       `json:"mailbox"`
	In       uint64    `json:"in"`
	Out      uint64    `json:"out"`
	InBytes  uint64    `json:"in_bytes"`
	OutBytes uint64    `json:"out_bytes"`
	Subs     int       `json:"subs"`
	Name     string    `json:"name"`
	Lang     string    `json:"lang"`
	Version  string    `json:"version"`
	User     string    `json:"user"`
	Account  string    `json:"account"`
	TLS      string    `json:"tls"`
	Stop     time.Time `json:"stop,omitzero"`
	Reason   string    `json:"reason,omitempty"`
	List     []listed  `json:"list,omitempty"`
	Trail    []string  `json:"trail,omitempty"` // what the client did last
}

// listed is one subscription of a connection.
type listed struct {
	SID       string `json:"sid"`
	Subject   string `json:"subject"`
	Queue     string `json:"queue,omitempty"`
	Delivered int64  `json:"delivered"`
	Max       int64  `json:"max,omitempty"`
	CID       uint64 `json:"cid"`
}

func rowOf(c *report.Connection) row {
	r := row{
		CID: c.CID, Type: c.Type, Host: c.Host, Port: c.Port, Start: c.Start, Idle: milliseconds(c.Idle), RTT: milliseconds(c.RTT),
		Pending: c.PendingBytes, Oldest: milliseconds(c.Mailbox.Oldest), Mailbox: c.Mailbox.Depth,
		In: c.InMessages, Out: c.OutMessages, InBytes: c.InBytes, OutBytes: c.OutBytes, Subs: c.SubscriptionCount,
		Name: c.Name, Lang: c.Lang, Version: c.Version, User: c.User, Account: c.Account, TLS: c.TLSVersion,
		Stop: c.Stop, Reason: string(c.Reason),
	}
	for i := range c.Subscriptions {
		r.List = append(r.List, listedOf(&c.Subscriptions[i]))
	}
	return r
}

func listedOf(s *report.Subscription) listed {
	return listed{SID: s.SID, Subject: s.Subject, Queue: s.Queue, Delivered: s.Delivered, Max: s.Max, CID: s.CID}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// The sizes of what is shown at a time.
const (
	rows     = 200
	longList = 1000
)

// connections answers with a page of connections. Cost says how long the answer took to
// find, so that the page asks again no sooner than that is worth.
func (o *Observer) connections(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	number := func(key string) int {
		n, _ := strconv.Atoi(q.Get(key)) // what is no number is none
		return n
	}
	limit := number("limit")
	if limit <= 0 || limit > rows {
		limit = rows
	}
	begun := time.Now()
	page, ok := ask(o, w, r, func(ctx context.Context) (report.ConnectionPage, error) {
		return o.broker.Connections(ctx, report.ConnectionQuery{
			State: report.ConnectionState(q.Get("state")), Sort: q.Get("sort"), Search: q.Get("search"), Offset: number("offset"), Limit: limit,
		})
	})
	if !ok {
		return
	}
	found := make([]row, len(page.Connections))
	for i, c := range page.Connections {
		found[i] = rowOf(c)
	}
	answer(w, r, struct {
		Total  int     `json:"total"`
		Offset int     `json:"offset"`
		Silent int     `json:"silent"`
		Cost   float64 `json:"cost"`
		Rows   []row   `json:"rows"`
	}{page.Total, page.Offset, page.Silent, milliseconds(time.Since(begun)), found})
}

// connection answers with one connection and its subscriptions.
func (o *Observer) connection(w http.ResponseWriter, r *http.Request) {
	cid, ok := numberOf(w, r)
	if !ok {
		return
	}
	page, ok := ask(o, w, r, func(ctx context.Context) (report.ConnectionPage, error) {
		return o.broker.Connections(ctx, report.ConnectionQuery{State: report.AllConnections, CID: cid, Subscriptions: true})
	})
	switch {
	case !ok:
	case len(page.Connections) == 0:
		refuse(w, http.StatusNotFound, "there is no connection "+strconv.FormatUint(cid, 10))
	default:
		one := rowOf(page.Connections[0])
		one.List = one.List[:min(len(one.List), longList)]
		if one.Reason == "" {
			one.Trail, _ = o.broker.Trail(r.Context(), cid) // one that has just ended has none
		}
		answer(w, r, one)
	}
}

// subscribers answers with who would get a message.
func (o *Observer) subscribers(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	found, ok := ask(o, w, r, func(ctx context.Context) ([]report.Subscription, error) {
		return o.broker.Subscribers(ctx, q.Get("account"), q.Get("subject"))
	})
	if !ok {
		return
	}
	shown := make([]listed, min(len(found), longList))
	for i := range shown {
		shown[i] = listedOf(&found[i])
	}
	answer(w, r, struct {
		Total int      `json:"total"`
		List  []listed `json:"list"`
	}{len(found), shown})
}

// kick closes a connection.
func (o *Observer) kick(w http.ResponseWriter, r *http.Request) {
	cid, ok := numberOf(w, r)
	if !ok {
		return
	}
	if err := o.broker.Kick(r.Context(), cid); err != nil {
		refuse(w, statusOf(err), plain(err))
		return
	}
	answer(w, r, struct{}{})
}

// numberOf is the connection that a request is about.
func numberOf(w http.ResponseWriter, r *http.Request) (cid uint64, ok bool) {
	cid, err := strconv.ParseUint(r.URL.Query().Get("cid"), 10, 64)
	if err != nil || cid == 0 {
		refuse(w, http.StatusBadRequest, "cid is the number of a connection")
		return 0, false
	}
	return cid, true
}

// ask puts a question to many actors, a few questions at a time. It is not ok if there is
// no answer, and then that is said.
func ask[T any](o *Observer, w http.ResponseWriter, r *http.Request, question func(context.Context) (T, error)) (answer T, ok bool) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	leave, err := o.places.Enter(ctx, front.AddressOf(r))
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "too many questions at a time")
		return answer, false
	}
	defer leave()
	if answer, err = question(ctx); err != nil {
		refuse(w, statusOf(err), plain(err))
		return answer, false
	}
	return answer, true
}

func statusOf(err error) int {
	switch {
	case errors.Is(err, report.ErrStopped):
		return http.StatusServiceUnavailable
	case errors.Is(err, report.ErrNoConnection):
		return http.StatusNotFound
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusGatewayTimeout
	default: // the question makes no sense
		return http.StatusBadRequest
	}
}
