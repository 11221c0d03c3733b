package documents

// The documents about what Troupe has none of: tools ask for them all the same.

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
