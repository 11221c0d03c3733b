package sys

import (
	"time"

	"github.com/troupe-mq/troupe/actors/access"
)

// permissions is what a client may do.
type permissions struct {
	Publish   *rules     `json:"publish,omitempty"`
	Subscribe *rules     `json:"subscribe,omitempty"`
	Responses *responses `json:"responses,omitempty"`
}

type rules struct {
	Allow []string `json:"allow,omitempty"`
	Deny  []string `json:"deny,omitempty"`
}

type responses struct {
	Max     int           `json:"max"`
	Expires time.Duration `json:"ttl"`
}

// shownPermissions are what permissions look like; those that allow everything are
// not shown.
func shownPermissions(p *access.Permissions) *permissions {
	if p == nil {
		return nil
	}
	out := &permissions{Publish: shown(p.Publish), Subscribe: shown(p.Subscribe)}
	if r := p.Responses; r != nil {
		out.Responses = &responses{Max: r.Max, Expires: r.Expires}
		if r.Max == 0 {
			out.Responses.Max = access.DefaultResponses
		}
		if r.Expires == 0 {
			out.Responses.Expires = access.DefaultResponseExpires
		}
	}
	return out
}

func shown(r access.Rules) *rules {
	if r.Allow == nil && r.Deny == nil {
		return nil
	}
	return &rules{Allow: r.Allow, Deny: r.Deny}
}
