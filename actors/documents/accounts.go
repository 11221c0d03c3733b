package documents

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/report"
)

// account is what the account of that name has done, nil if there is none.
func (m *Maker) account(name string) *report.Account {
	all := m.broker.Accounts()
	i := slices.IndexFunc(all, func(a report.Account) bool { return a.Name == name })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// Accountz is the document about the accounts that there are, or about one.
type Accountz struct {
	Head
	SystemAccount string         `json:"system_account"`
	Accounts      []string       `json:"accounts,omitempty"`
	Detail        *AccountDetail `json:"account_detail,omitempty"`
}

// AccountDetail is one account.
type AccountDetail struct {
	Name       string     `json:"account_name"`
	Updated    time.Time  `json:"update_time"`
	IsSystem   bool       `json:"is_system,omitempty"`
	Expired    bool       `json:"expired"`
	Complete   bool       `json:"complete"`
	JetStream  bool       `json:"jetstream_enabled"`
	LeafNodes  int        `json:"leafnode_connections"`
	Clients    int        `json:"client_connections"`
	Subs       int        `json:"subscriptions"`
	Mappings   Mappings   `json:"mappings,omitempty"`
	Exports    []Export   `json:"exports,omitempty"`
	Imports    []Import   `json:"imports,omitempty"`
	NameTag    string     `json:"name_tag"`
	IndexStats IndexStats `json:"sublist_stats"`
}

// Mappings are the other names that an account gives to subjects, by the pattern of what is published.
type Mappings map[string][]Destination

// Destination is one of the names.
type Destination struct {
	Subject string `json:"subject"`
	Weight  int    `json:"weight"` // percent of the messages
	Cluster string `json:"cluster,omitempty"`
}

func mappings(all []access.Mapping) Mappings {
	out := make(Mappings, len(all))
	for _, m := range all {
		for _, d := range m.Destinations {
			out[m.Source] = append(out[m.Source], Destination(d))
		}
	}
	return out
}

// mappingsOf are those of the account of that name.
func (m *Maker) mappingsOf(name string) []access.Mapping {
	if name == access.GlobalAccount {
		conf := m.broker.Config()
		return conf.Mappings
	}
	for _, a := range m.broker.AccountsInForce() {
		if a.Name == name {
			return a.Mappings
		}
	}
	return nil
}

// stores reports whether an account has streams.
func (m *Maker) stores(account string) bool {
	conf := m.broker.Config()
	return m.Stores() && access.StorageOf(m.broker.AccountsInForce(), conf.SystemAccount, conf.Signed())[account] != nil
}

// Export is what an account offers.
type Export struct {
	Subject      string   `json:"subject"`
	Type         string   `json:"type"`
	ResponseType string   `json:"response_type,omitempty"`
	Latency      *Latency `json:"service_latency,omitempty"`
	Approved     []string `json:"approved_accounts,omitempty"`
}

// Latency is which of the requests to a service are timed: percent, or headers.
type Latency struct {
	Sampling any    `json:"sampling"`
	Results  string `json:"results"`
}

// Import is what an account takes.
type Import struct {
	Subject  string `json:"subject"`
	Account  string `json:"account"`
	To       string `json:"to,omitempty"`
	Local    string `json:"local_subject"`
	Type     string `json:"type"`
	Invalid  bool   `json:"invalid"`
	Share    bool   `json:"share"`
	Tracking bool   `json:"tracking"`
}

// responseTypes are the names of access.ResponseType.
var responseTypes = []string{"Singleton", "Stream", "Chunked"}

func exports(all []access.Export) (out []Export) {
	for _, e := range all {
		shown := Export{Subject: e.Subject(), Type: "stream", Approved: e.Accounts}
		if e.Service != "" {
			shown.Type, shown.ResponseType, shown.Latency = "service", responseTypes[e.Responses], latencyOf(e.Latency)
		}
		out = append(out, shown)
	}
	return out
}

func latencyOf(l *access.Latency) *Latency {
	switch {
	case l == nil:
		return nil
	case l.Sampling == 0:
		return &Latency{Sampling: "headers", Results: l.Subject}
	}
	return &Latency{Sampling: l.Sampling, Results: l.Subject}
}

func imports(all []access.Import) (out []Import) {
	for _, i := range all {
		shown := Import{Subject: cmp.Or(i.Stream, i.Service), Account: i.Account, Local: i.Local(), Type: "stream", Share: i.Share}
		if i.Service != "" {
			shown.Type, shown.To = "service", shown.Local
		}
		out = append(out, shown)
	}
	return out
}

// Accountz makes the document. An account that does not exist is a RequestError.
func (m *Maker) Accountz(ctx context.Context, o AccountzOptions) (*Accountz, error) {
	conf := m.broker.Config()
	out := &Accountz{Head: m.Head(), SystemAccount: conf.SystemAccount}
	if o.Account == "" {
		for _, a := range m.broker.Accounts() {
			out.Accounts = append(out.Accounts, a.Name)
		}
		return out, nil
	}
	a := m.account(o.Account)
	if a == nil {
		return nil, &RequestError{fmt.Errorf("Account %s does not exist", o.Account)} //nolint:staticcheck // the text is nats-server's
	}
	stats, err := m.indexStats(ctx, a.Name)
	if err != nil {
		return nil, err
	}
	out.Detail = &AccountDetail{
		Name: a.Name, NameTag: a.Name, Updated: m.broker.Stats().Start.UTC(), IsSystem: a.System, Complete: true,
		LeafNodes: a.Links, Clients: a.Connections, Subs: a.Subscriptions, IndexStats: stats,
		JetStream: m.stores(a.Name), Mappings: mappings(m.mappingsOf(a.Name)), Exports: exports(a.Exports), Imports: imports(a.Imports),
	}
	return out, nil
}

// AccountStatz is the document about what accounts have done.
type AccountStatz struct {
	Head
	Accounts []AccountStat `json:"account_statz"`
}

// AccountStat is what one account has done.
type AccountStat struct {
	Account       string   `json:"acc"`
	Name          string   `json:"name"`
	Conns         int      `json:"conns"`
	LeafNodes     int      `json:"leafnodes"`
	TotalConns    int      `json:"total_conns"`
	NumSubs       int      `json:"num_subscriptions"`
	Sent          DataStat `json:"sent"`
	Received      DataStat `json:"received"`
	SlowConsumers uint64   `json:"slow_consumers"`
}

// DataStat is messages, all of them and by kinds of connections other than clients.
type DataStat struct {
	MsgBytes
	Gateways MsgBytes `json:"gateways"`
	Routes   MsgBytes `json:"routes"`
	Leafs    MsgBytes `json:"leafs"`
}

// MsgBytes is messages and the bytes of their payloads.
type MsgBytes struct {
	Msgs  uint64 `json:"msgs"`
	Bytes uint64 `json:"bytes"`
}

// AccountStatz makes the document: about the accounts that are named, or about
// those that have connections.
func (m *Maker) AccountStatz(o AccountStatzOptions) *AccountStatz {
	out := &AccountStatz{Head: m.Head(), Accounts: []AccountStat{}}
	for _, a := range m.broker.Accounts() {
		wanted := slices.Contains(o.Accounts, a.Name)
		if len(o.Accounts) == 0 {
			wanted = o.Unused || a.Connections+a.Links > 0
		}
		if wanted {
			out.Accounts = append(out.Accounts, accountStat(&a))
		}
	}
	return out
}

func accountStat(a *report.Account) AccountStat {
	return AccountStat{
		Account: a.Name, Name: a.Name, Conns: a.Connections, LeafNodes: a.Links, TotalConns: a.Connections + a.Links,
		NumSubs: a.Subscriptions, SlowConsumers: a.SlowConsumers,
		Sent:     DataStat{MsgBytes: MsgBytes{Msgs: a.OutMessages, Bytes: a.OutBytes}, Leafs: MsgBytes{Msgs: a.LinksOutMessages, Bytes: a.LinksOutBytes}},
		Received: DataStat{MsgBytes: MsgBytes{Msgs: a.InMessages, Bytes: a.InBytes}, Leafs: MsgBytes{Msgs: a.LinksInMessages, Bytes: a.LinksInBytes}},
	}
}
