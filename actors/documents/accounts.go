package documents

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// The two accounts that everybody's tools know by name. All clients are in the
// global one.
const (
	globalAccount = "$G"
	systemAccount = "$SYS"
)

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
	NameTag    string     `json:"name_tag"`
	IndexStats IndexStats `json:"sublist_stats"`
}

// Accountz makes the document. An account that does not exist is a RequestError.
func (m *Maker) Accountz(ctx context.Context, o AccountzOptions) (*Accountz, error) {
	out := &Accountz{Head: m.Head(), SystemAccount: systemAccount}
	st := m.broker.Stats()
	switch o.Account {
	case "":
		out.Accounts = []string{systemAccount, globalAccount}
	case systemAccount:
		out.Detail = &AccountDetail{Name: o.Account, NameTag: o.Account, Updated: st.Start.UTC(), IsSystem: true, Complete: true}
	case globalAccount:
		stats, err := m.indexStats(ctx)
		if err != nil {
			return nil, err
		}
		out.Detail = &AccountDetail{
			Name: o.Account, NameTag: o.Account, Updated: st.Start.UTC(), Complete: true,
			Clients: st.Connections, Subs: st.Subscriptions, IndexStats: stats,
		}
	default:
		return nil, &RequestError{fmt.Errorf("Account %s does not exist", o.Account)} //nolint:staticcheck // the text is nats-server's
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

// AccountStatz makes the document.
func (m *Maker) AccountStatz(o AccountStatzOptions) *AccountStatz {
	st := m.broker.Stats()
	out := &AccountStatz{Head: m.Head(), Accounts: []AccountStat{}}
	named := slices.Contains(o.Accounts, globalAccount)
	if named || len(o.Accounts) == 0 && (st.Connections > 0 || o.Unused) {
		out.Accounts = append(out.Accounts, AccountStat{
			Account: globalAccount, Name: globalAccount, Conns: st.Connections, TotalConns: st.Connections,
			NumSubs: st.Subscriptions, SlowConsumers: st.SlowConsumers,
			Sent:     DataStat{MsgBytes: MsgBytes{Msgs: st.OutMessages, Bytes: st.OutBytes}},
			Received: DataStat{MsgBytes: MsgBytes{Msgs: st.InMessages, Bytes: st.InBytes}},
		})
	}
	return out
}
