package monitor

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/troupe-mq/troupe/actors/documents"
)

// params reads a query and keeps the first thing that is wrong with it, in
// nats-server's words and with what would be right. A parameter that is empty counts as left out.
type params struct {
	url.Values
	err error
}

func (p *params) fail(what, name string, err error, right string) {
	if p.err == nil {
		p.err = fmt.Errorf("Error decoding %s for '%s': %w: %s", what, name, err, right)
	}
}

func (p *params) int(name string) int {
	s := p.Get(name)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		p.fail("int", name, err, "needs a whole number")
		return 0
	}
	return n
}

func (p *params) uint64(name string) uint64 {
	s := p.Get(name)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		p.fail("uint64", name, err, "needs the number of a connection")
	}
	return n
}

func (p *params) bool(name string) bool {
	s := p.Get(name)
	if s == "" {
		return false
	}
	yes, err := strconv.ParseBool(s)
	if err != nil {
		p.fail("boolean", name, err, "needs true or false")
	}
	return yes
}

// parseRoutez reads subs=1 and subs=detail.
func parseRoutez(v url.Values) (o documents.RoutezOptions, err error) {
	o.Subs, o.Detail, err = (&params{Values: v}).subs()
	return o, err
}

// subs reads the same for those who tell the two apart.
func (p *params) subs() (listed, detail bool, err error) {
	if strings.EqualFold(p.Get("subs"), "detail") {
		return true, true, nil
	}
	return p.bool("subs"), false, p.err
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

func parseConnz(v url.Values) (documents.ConnzOptions, error) {
	p := params{Values: v}
	o := documents.ConnzOptions{Account: v.Get("acc"), Auth: p.bool("auth"), Sort: v.Get("sort"), User: v.Get("user")}
	o.Subs, o.Detail, _ = p.subs()
	o.Offset, o.Limit, o.CID = p.int("offset"), p.int("limit"), p.uint64("cid")
	state, ok := states[strings.ToLower(v.Get("state"))]
	if !ok && p.err == nil {
		p.err = fmt.Errorf("Error decoding state for %s: open, closed or any", v.Get("state"))
	}
	o.State = state
	return o, p.err
}

// states are the words for those of connections.
var states = map[string]documents.ConnState{
	"": documents.Open, "open": documents.Open, "closed": documents.Closed, "any": documents.All, "all": documents.All,
}

func parseSubsz(v url.Values) (documents.SubszOptions, error) {
	p := params{Values: v}
	o := documents.SubszOptions{Subs: p.bool("subs"), Offset: p.int("offset"), Limit: p.int("limit"), Account: v.Get("acc"), Test: v.Get("test")}
	return o, p.err
}

// parseFormat reads the format parameter of our own documents.
func parseFormat(v url.Values) (asText bool, err error) {
	switch format := v.Get("format"); format {
	case "", "json":
		return false, nil
	case "text":
		return true, nil
	default:
		return false, fmt.Errorf("format %q is none of json and text", format)
	}
}

// bounded is the limit parameter of our own documents.
func bounded(v url.Values, usual, most int) (int, error) {
	p := params{Values: v}
	n := p.int("limit")
	if n <= 0 {
		n = usual
	}
	return min(n, most), p.err
}

func parseJsz(v url.Values) (documents.JszOptions, error) {
	p := &params{Values: v}
	return documents.JszOptions{
		Account: v.Get("acc"), Accounts: p.bool("accounts"), Streams: p.bool("streams"), Consumer: p.bool("consumers"),
		DirectConsumer: p.bool("direct-consumers"), Config: p.bool("config"), LeaderOnly: p.bool("leader-only"),
		Offset: p.int("offset"), Limit: p.int("limit"), RaftGroups: p.bool("raft"), StreamLeaderOnly: p.bool("stream-leader-only"),
	}, p.err
}

func parseHealthz(v url.Values) (documents.HealthzOptions, error) {
	p := &params{Values: v}
	return documents.HealthzOptions{
		JSEnabled: p.bool("js-enabled"), JSEnabledOnly: p.bool("js-enabled-only"), JSServerOnly: p.bool("js-server-only"),
		JSMetaOnly: p.bool("js-meta-only"), Account: v.Get("account"), Stream: v.Get("stream"), Consumer: v.Get("consumer"), Details: p.bool("details"), Mesh: p.bool("mesh"),
	}, p.err
}
