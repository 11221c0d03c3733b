package monitor

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/troupe-mq/troupe/actors"
)

// params reads a query and keeps the first thing that is wrong with it, in
// nats-server's words. A parameter that is empty counts as left out.
type params struct {
	url.Values
	err error
}

func (p *params) fail(what, name string, err error) {
	if p.err == nil {
		p.err = fmt.Errorf("Error decoding %s for '%s': %w", what, name, err)
	}
}

func (p *params) int(name string) int {
	s := p.Get(name)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		p.fail("int", name, err)
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
		p.fail("uint64", name, err)
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
		p.fail("boolean", name, err)
	}
	return yes
}

// connzQuery is what /connz can be asked.
type connzQuery struct {
	actors.ConnectionQuery
	auth    bool
	detail  bool
	account string
}

func parseConnz(v url.Values) (connzQuery, error) {
	p := params{Values: v}
	q := connzQuery{account: v.Get("acc"), auth: p.bool("auth")}
	q.Sort = v.Get("sort")
	q.User = v.Get("user")
	if q.detail = strings.EqualFold(v.Get("subs"), "detail"); q.detail {
		q.Subscriptions = true
	} else {
		q.Subscriptions = p.bool("subs")
	}
	q.Offset, q.Limit, q.CID = p.int("offset"), p.int("limit"), p.uint64("cid")
	switch strings.ToLower(v.Get("state")) {
	case "", "open":
		q.State = actors.OpenConnections
	case "closed":
		q.State = actors.ClosedConnections
	case "any", "all":
		q.State = actors.AllConnections
	default:
		q.State = actors.ConnectionState(v.Get("state")) // it is refused below
	}
	if p.err != nil {
		return q, p.err
	}
	return q, q.Validate()
}

// subszQuery is what /subsz can be asked.
type subszQuery struct {
	subs          bool
	offset, limit int
	account, test string
}

func parseSubsz(v url.Values) (subszQuery, error) {
	p := params{Values: v}
	q := subszQuery{subs: p.bool("subs"), offset: max(p.int("offset"), 0), limit: p.int("limit"), account: v.Get("acc"), test: v.Get("test")}
	if q.limit <= 0 {
		q.limit = actors.DefaultPage
	}
	q.limit = min(q.limit, actors.MaxPage)
	return q, p.err
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
