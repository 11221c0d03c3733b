package documents

import (
	"runtime"
	"time"
)

// Statsz is the short document about the whole server, that monitoring systems
// ask for every few seconds.
type Statsz struct {
	Start               time.Time `json:"start"`
	Mem                 int64     `json:"mem"`
	Cores               int       `json:"cores"`
	CPU                 float64   `json:"cpu"`
	Connections         int       `json:"connections"`
	TotalConnections    uint64    `json:"total_connections"`
	ActiveAccounts      int       `json:"active_accounts"`
	Subscriptions       int       `json:"subscriptions"`
	Sent                MsgBytes  `json:"sent"`
	SentToClients       MsgBytes  `json:"sent_to_clients"`
	Received            MsgBytes  `json:"received"`
	ReceivedFromClients MsgBytes  `json:"received_from_clients"`
	SlowConsumers       uint64    `json:"slow_consumers"`
	ActiveServers       int       `json:"active_servers"`
	MaxProcs            int       `json:"gomaxprocs"`
}

// Statsz makes the document.
func (m *Maker) Statsz() *Statsz {
	st := m.broker.Stats()
	sent, received := MsgBytes{Msgs: st.OutMessages, Bytes: st.OutBytes}, MsgBytes{Msgs: st.InMessages, Bytes: st.InBytes}
	return &Statsz{
		Start: st.Start.UTC(), Mem: residentMemory(), Cores: runtime.NumCPU(), MaxProcs: runtime.GOMAXPROCS(0),
		CPU: m.usage.percent(now(), st.Start), Connections: st.Connections, TotalConnections: st.TotalConnections,
		ActiveAccounts: m.activeAccounts(), Subscriptions: st.Subscriptions, Sent: sent, SentToClients: sent,
		Received: received, ReceivedFromClients: received, SlowConsumers: st.SlowConsumers, ActiveServers: 1,
	}
}

// activeAccounts is how many accounts have connections.
func (m *Maker) activeAccounts() int {
	return len(m.AccountStatz(AccountStatzOptions{}).Accounts)
}
