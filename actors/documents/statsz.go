package documents

import (
	"context"
	"runtime"
	"time"
)

// Statsz is the short document about the whole server, that monitoring systems
// ask for every few seconds.
type Statsz struct {
	Start               time.Time   `json:"start"`
	Mem                 int64       `json:"mem"`
	Cores               int         `json:"cores"`
	CPU                 float64     `json:"cpu"`
	Connections         int         `json:"connections"`
	TotalConnections    uint64      `json:"total_connections"`
	ActiveAccounts      int         `json:"active_accounts"`
	Subscriptions       int         `json:"subscriptions"`
	Sent                MsgBytes    `json:"sent"`
	SentToClients       MsgBytes    `json:"sent_to_clients"`
	Received            MsgBytes    `json:"received"`
	ReceivedFromClients MsgBytes    `json:"received_from_clients"`
	SlowConsumers       uint64      `json:"slow_consumers"`
	Routes              []RouteStat `json:"routes,omitempty"`
	ActiveServers       int         `json:"active_servers"`
	MaxProcs            int         `json:"gomaxprocs"`
}

// RouteStat is what has gone over one route.
type RouteStat struct {
	ID       uint64   `json:"rid"`
	Name     string   `json:"name,omitempty"`
	Sent     MsgBytes `json:"sent"`
	Received MsgBytes `json:"received"`
	Pending  int      `json:"pending"`
}

// routeStats are those of all routes.
func (m *Maker) routeStats(ctx context.Context) (all []RouteStat, servers int) {
	c := m.broker.Cluster(ctx, false)
	if c == nil {
		return nil, 0
	}
	for i := range c.Routes {
		r := &c.Routes[i]
		if l := r.Connection; l != nil {
			all = append(all, RouteStat{
				ID: l.CID, Name: r.Server.Name, Sent: MsgBytes{Msgs: l.OutMessages, Bytes: l.OutBytes}, Received: MsgBytes{Msgs: l.InMessages, Bytes: l.InBytes},
				Pending: l.PendingBytes,
			})
		}
	}
	_, servers = c.Count()
	return all, servers
}

// Statsz makes the document.
func (m *Maker) Statsz(ctx context.Context) *Statsz {
	routes, servers := m.routeStats(ctx)
	st := m.broker.Stats()
	sent, received := MsgBytes{Msgs: st.OutMessages, Bytes: st.OutBytes}, MsgBytes{Msgs: st.InMessages, Bytes: st.InBytes}
	return &Statsz{
		Start: st.Start.UTC(), Mem: residentMemory(), Cores: runtime.NumCPU(), MaxProcs: runtime.GOMAXPROCS(0),
		CPU: m.usage.percent(now(), st.Start), Connections: st.Connections, TotalConnections: st.TotalConnections,
		ActiveAccounts: m.activeAccounts(), Subscriptions: st.Subscriptions, Sent: sent, SentToClients: sent,
		Received: received, ReceivedFromClients: received, SlowConsumers: st.SlowConsumers, Routes: routes, ActiveServers: 1 + servers,
	}
}

// activeAccounts is how many accounts have connections.
func (m *Maker) activeAccounts() int {
	return len(m.AccountStatz(AccountStatzOptions{}).Accounts)
}
