package documents

import "time"

// The documents about what Troupe has none of: tools ask for them all the same.

// Routez is the document about routes.
type Routez struct {
	ServerID   string    `json:"server_id"`
	ServerName string    `json:"server_name"`
	Now        time.Time `json:"now"`
	NumRoutes  int       `json:"num_routes"`
	Routes     []none    `json:"routes"`
}

// Routez makes the document.
func (m *Maker) Routez() *Routez {
	return &Routez{ServerID: m.broker.ServerID(), ServerName: m.broker.Config().ServerName, Now: now(), Routes: []none{}}
}

// Gatewayz is the document about gateways.
type Gatewayz struct {
	Head
	Outbound map[string]none   `json:"outbound_gateways"`
	Inbound  map[string][]none `json:"inbound_gateways"`
}

// Gatewayz makes the document.
func (m *Maker) Gatewayz() *Gatewayz {
	return &Gatewayz{Head: m.Head(), Outbound: map[string]none{}, Inbound: map[string][]none{}}
}
