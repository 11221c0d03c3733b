package monitor

import (
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// The two accounts that everybody's tools know by name. All clients are in the
// global one.
const (
	globalAccount = "$G"
	systemAccount = "$SYS"
)

type accountz struct {
	head
	SystemAccount string         `json:"system_account"`
	Accounts      []string       `json:"accounts,omitempty"`
	Detail        *accountDetail `json:"account_detail,omitempty"`
}

type accountDetail struct {
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
	IndexStats indexStats `json:"sublist_stats"`
}

func (s *site) accountz(_ http.ResponseWriter, r *http.Request) (any, error) {
	out := &accountz{head: s.head(), SystemAccount: systemAccount}
	st := s.broker.Stats()
	switch account := r.URL.Query().Get("acc"); account {
	case "":
		out.Accounts = []string{systemAccount, globalAccount}
	case systemAccount:
		out.Detail = &accountDetail{Name: account, NameTag: account, Updated: st.Start.UTC(), IsSystem: true, Complete: true}
	case globalAccount:
		stats, err := s.indexStats(r)
		if err != nil {
			return nil, err
		}
		out.Detail = &accountDetail{
			Name: account, NameTag: account, Updated: st.Start.UTC(), Complete: true,
			Clients: st.Connections, Subs: st.Subscriptions, IndexStats: stats,
		}
	default:
		return nil, badRequestError{fmt.Errorf("Account %s does not exist", account)} //nolint:staticcheck // the text is nats-server's
	}
	return out, nil
}

type accstatz struct {
	head
	Accounts []accountStat `json:"account_statz"`
}

type accountStat struct {
	Account       string   `json:"acc"`
	Name          string   `json:"name"`
	Conns         int      `json:"conns"`
	LeafNodes     int      `json:"leafnodes"`
	TotalConns    int      `json:"total_conns"`
	NumSubs       int      `json:"num_subscriptions"`
	Sent          dataStat `json:"sent"`
	Received      dataStat `json:"received"`
	SlowConsumers uint64   `json:"slow_consumers"`
}

type dataStat struct {
	msgBytes
	Gateways msgBytes `json:"gateways"`
	Routes   msgBytes `json:"routes"`
	Leafs    msgBytes `json:"leafs"`
}

type msgBytes struct {
	Msgs  uint64 `json:"msgs"`
	Bytes uint64 `json:"bytes"`
}

func (s *site) accstatz(_ http.ResponseWriter, r *http.Request) (any, error) {
	unused, err := parse(r, parseBool("unused"))
	if err != nil {
		return nil, err
	}
	st := s.broker.Stats()
	out := &accstatz{head: s.head(), Accounts: []accountStat{}}
	if st.Connections > 0 || unused {
		out.Accounts = append(out.Accounts, accountStat{
			Account: globalAccount, Name: globalAccount, Conns: st.Connections, TotalConns: st.Connections,
			NumSubs: st.Subscriptions, SlowConsumers: st.SlowConsumers,
			Sent:     dataStat{msgBytes: msgBytes{Msgs: st.OutMessages, Bytes: st.OutBytes}},
			Received: dataStat{msgBytes: msgBytes{Msgs: st.InMessages, Bytes: st.InBytes}},
		})
	}
	return out, nil
}

// parseBool reads queries with nothing in them but that they are well formed.
func parseBool(names ...string) func(url.Values) (bool, error) {
	return func(v url.Values) (yes bool, err error) {
		p := params{Values: v}
		for _, name := range names {
			yes = p.bool(name) || yes
		}
		return yes, p.err
	}
}
