package network

import (
	"cmp"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// This file is the default_js_domain block: by account, the domain in which its clients find JetStream that name none.

// DefaultDomains reads it.
func DefaultDomains(r *lang.Reader, values map[string]any) map[string]string {
	domains := make(map[string]string, len(values))
	r.Chosen(values, func(account string, value any, _ lang.FileError) (err error) {
		domains[account], err = lang.ToText(value)
		return lang.Named(account, err)
	})
	return domains
}

// UseDomains gives links the domains of their accounts, but for those that name one themselves. Where an account has no link its
// clients have no JetStream elsewhere that could be found.
func UseDomains(l *actors.LeafNodes, domains map[string]string) {
	if l == nil {
		return
	}
	for i := range l.Remotes {
		r := &l.Remotes[i]
		r.JetStreamDomain = cmp.Or(r.JetStreamDomain, domains[r.AccountName()])
	}
}
