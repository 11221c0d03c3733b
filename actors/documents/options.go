package documents

import (
	"github.com/troupe-mq/troupe/actors/report"
)

// What the documents can be asked for. The names are those of nats-server's JSON
// requests; the zero value is the plain document.

// ConnzOptions choose connections.
type ConnzOptions struct {
	Sort    string    `json:"sort"`
	Auth    bool      `json:"auth"` // who they are
	Subs    bool      `json:"subscriptions"`
	Detail  bool      `json:"subscriptions_detail"`
	Offset  int       `json:"offset"`
	Limit   int       `json:"limit"`
	CID     uint64    `json:"cid"`
	State   ConnState `json:"state"`
	User    string    `json:"user"`
	Account string    `json:"acc"`
	Subject string    `json:"filter_subject"` // those that have subscribed to some of it, of an account
}

// ConnState says which connections are meant, as a number.
type ConnState int

// The states.
const (
	Open ConnState = iota
	Closed
	All
)

// states are what the broker calls them. Nobody is in a state of another number.
var states = map[ConnState]report.ConnectionState{
	Open: report.OpenConnections, Closed: report.ClosedConnections, All: report.AllConnections,
}

func (o *ConnzOptions) query() report.ConnectionQuery {
	return report.ConnectionQuery{
		State: states[o.State], CID: o.CID, User: o.User, Account: o.Account, Subject: o.subject(), Sort: o.Sort,
		Offset: o.Offset, Limit: o.Limit, Subscriptions: o.Subs || o.Detail,
	}
}

// subject is the filter, where it leaves something out.
func (o *ConnzOptions) subject() string {
	if o.Subject == ">" {
		return ""
	}
	return o.Subject
}

// SubszOptions choose subscriptions.
type SubszOptions struct {
	Offset  int    `json:"offset"`
	Limit   int    `json:"limit"`
	Subs    bool   `json:"subscriptions"` // list them
	Account string `json:"account"`
	Test    string `json:"test"` // those that a message on this subject goes to
}

// page cuts the options to what can be shown.
func (o SubszOptions) page() SubszOptions {
	o.Offset = max(o.Offset, 0)
	if o.Limit <= 0 {
		o.Limit = report.DefaultPage
	}
	o.Limit = min(o.Limit, report.MaxPage)
	return o
}

// AccountzOptions choose an account.
type AccountzOptions struct {
	Account string `json:"account"`
}

// AccountStatzOptions choose accounts.
type AccountStatzOptions struct {
	Accounts []string `json:"accounts"`
	Unused   bool     `json:"include_unused"`
}
