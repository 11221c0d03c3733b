package monitor

import (
	"net/http"
	"net/url"
	"strings"
)

// The documents about what Troupe has none of: tools ask for them all the same.

type routez struct {
	ServerID   string `json:"server_id"`
	ServerName string `json:"server_name"`
	Now        any    `json:"now"`
	NumRoutes  int    `json:"num_routes"`
	Routes     []none `json:"routes"`
}

func (s *site) routez(_ http.ResponseWriter, r *http.Request) (any, error) {
	if _, err := parse(r, parseSubs); err != nil {
		return nil, err
	}
	return &routez{ServerID: s.broker.ServerID(), ServerName: s.broker.Config().ServerName, Now: now(), Routes: []none{}}, nil
}

// parseSubs reads subs=1 and subs=detail.
func parseSubs(v url.Values) (bool, error) {
	if strings.EqualFold(v.Get("subs"), "detail") {
		return true, nil
	}
	return parseBool("subs")(v)
}

type leafz struct {
	head
	NumLeafs int    `json:"leafnodes"`
	Leafs    []none `json:"leafs"`
}

func (s *site) leafz(_ http.ResponseWriter, r *http.Request) (any, error) {
	if _, err := parse(r, parseBool("subs")); err != nil {
		return nil, err
	}
	return &leafz{head: s.head(), Leafs: []none{}}, nil
}

type gatewayz struct {
	head
	Outbound map[string]none   `json:"outbound_gateways"`
	Inbound  map[string][]none `json:"inbound_gateways"`
}

func (s *site) gatewayz(_ http.ResponseWriter, r *http.Request) (any, error) {
	if _, err := parse(r, parseBool("accs")); err != nil {
		return nil, err
	}
	return &gatewayz{head: s.head(), Outbound: map[string]none{}, Inbound: map[string][]none{}}, nil
}

type jsz struct {
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
	head
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

func (s *site) jsz(http.ResponseWriter, *http.Request) (any, error) {
	return &jsz{head: s.head(), Disabled: true}, nil
}

func (s *site) raftz(w http.ResponseWriter, _ *http.Request) (any, error) {
	text(w, http.StatusNotFound, "No Raft nodes registered")
	return nil, nil
}

func (s *site) ipqueuesz(http.ResponseWriter, *http.Request) (any, error) { return none{}, nil }
