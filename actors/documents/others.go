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

// Jsz is the document about JetStream.
type Jsz struct {
	Memory          uint64 `json:"memory"`
	Storage         uint64 `json:"storage"`
	ReservedMemory  uint64 `json:"reserved_memory"`
	ReservedStorage uint64 `json:"reserved_storage"`
	Accounts        int    `json:"accounts"`
	HAAssets        int    `json:"ha_assets"`
	API             struct {
		Level  int    `json:"level"`
		Total  uint64 `json:"total"`
		Errors uint64 `json:"errors"`
	} `json:"api"`
	Head
	Disabled bool `json:"disabled"`
	Config   struct {
		MaxMemory  int64 `json:"max_memory"`
		MaxStorage int64 `json:"max_storage"`
	} `json:"config"`
	Streams   int    `json:"streams"`
	Consumers int    `json:"consumers"`
	Messages  uint64 `json:"messages"`
	Bytes     uint64 `json:"bytes"`
	Total     int    `json:"total"`
}

// Jsz makes the document.
func (m *Maker) Jsz() *Jsz { return &Jsz{Head: m.Head(), Disabled: true} }
