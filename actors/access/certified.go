package access

import "github.com/troupe-mq/troupe/actors/access/certificate"

// This file is the users whom a certificate names.

// named is the user whom a certificate names and who may come by such a
// connection, nil if there is none: by a plain name, else by the subject, else by
// the subject with its parts in another order.
func (g *Gate) named(n *certificate.Names, kind string) *entrant {
	if e := g.called(n.Plain, kind); e != nil {
		return e
	}
	for _, same := range []func(a, b certificate.Distinguished) bool{certificate.Distinguished.Equal, certificate.Distinguished.SameParts} {
		for _, e := range g.titled {
			if len(n.Title) > 0 && e.comesBy(kind) && same(e.title, n.Title) {
				return e
			}
		}
	}
	return g.called(n.Written, kind)
}

// called is the first user who is called so.
func (g *Gate) called(names []string, kind string) *entrant {
	for _, called := range names {
		if e := g.users[called]; e != nil && e.comesBy(kind) {
			return e
		}
	}
	return nil
}
