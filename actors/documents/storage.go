package documents

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// The documents about what is stored. Whoever stores makes them.

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

// JszOptions are which of it is wanted, in the names of nats-server.
type JszOptions struct {
	Account          string `json:"account,omitempty"`
	Accounts         bool   `json:"accounts,omitempty"`
	Streams          bool   `json:"streams,omitempty"`
	Consumer         bool   `json:"consumer,omitempty"`
	DirectConsumer   bool   `json:"direct_consumer,omitempty"`
	Config           bool   `json:"config,omitempty"`
	LeaderOnly       bool   `json:"leader_only,omitempty"`
	Offset           int    `json:"offset,omitempty"`
	Limit            int    `json:"limit,omitempty"`
	RaftGroups       bool   `json:"raft,omitempty"`
	StreamLeaderOnly bool   `json:"stream_leader_only,omitempty"`
}

// Stores reports whether anything can be stored. Without a Maker nothing can.
func (m *Maker) Stores() bool { return m != nil && m.process.Load().Storage != nil }

// ErrNotStoring is the error of a document about what an account stores where nothing is stored.
var ErrNotStoring = errors.New("jetstream not enabled")

// Jsz makes the document. The error is that of whoever stores.
func (m *Maker) Jsz(ctx context.Context, o JszOptions) (any, error) {
	if !m.Stores() {
		return &Jsz{Head: m.Head(), Disabled: true}, nil
	}
	return m.stored(ctx, "JSZ", o)
}

// AccountJsz makes the document about one account.
func (m *Maker) AccountJsz(ctx context.Context, o JszOptions) (any, error) {
	if !m.Stores() {
		return nil, ErrNotStoring
	}
	o.Accounts = true
	return m.stored(ctx, "JSZ", o)
}

// stored asks whoever stores.
func (m *Maker) stored(ctx context.Context, what string, options any) (any, error) {
	text, err := json.Marshal(options)
	if err != nil {
		return nil, err
	}
	return m.process.Load().Storage(ctx, what, text)
}

// noStorage is what /varz says of storage where there is none to be asked.
var noStorage = json.RawMessage("{}")

// mqttVarz is empty where there is no listener for MQTT. Whoever stores serves MQTT too; what it is told for the broker's sake
// alone is left out, as its domain and the user of those who present nothing.
type mqttVarz struct {
	Host          string        `json:"host,omitempty"`
	Port          int           `json:"port,omitempty"`
	AuthTimeout   float64       `json:"auth_timeout,omitempty"`
	TLSMap        bool          `json:"tls_map,omitempty"`
	TLSTimeout    float64       `json:"tls_timeout,omitempty"`
	TLSPinned     []string      `json:"tls_pinned_certs,omitempty"`
	AckWait       time.Duration `json:"ack_wait,omitempty"`
	MaxAckPending int           `json:"max_ack_pending,omitempty"`
	TLSNotAfter   time.Time     `json:"tls_cert_not_after,omitzero"`
}

// storage adds what whoever stores says of itself.
func (v *Varz) storage(m *Maker) {
	v.JetStream = noStorage
	if !m.Stores() {
		return
	}
	text, err := m.process.Load().Storage(context.Background(), "VARZ", nil)
	var said struct {
		JetStream json.RawMessage `json:"jetstream"`
		MQTT      mqttVarz        `json:"mqtt"`
	}
	if err != nil || json.Unmarshal(text, &said) != nil || said.JetStream == nil {
		return // it is away: /healthz says so
	}
	v.JetStream, v.MQTT = said.JetStream, said.MQTT
}
