package mesh

import (
	"slices"

	"github.com/troupe-mq/troupe/actors/internal/members"
)

// This file is what others see of the mesh.

// show lets others see the mesh as it is, and tells who has to know that something has changed that clients are told.
func (r *roster) show() {
	s := State{Cluster: r.table.Cluster, Dynamic: r.table.Dynamic}
	advertised := !r.settings.Load().NoAdvertise
	for _, m := range r.table.Members() {
		m.Each(func(at *members.Strand) {
			s.Routes = append(s.Routes, Route{
				URL: members.HostOf(m.URL), Configured: m.Configured, Solicited: at.Solicited, Up: true, ID: at.Route, Server: serverOf(&m.Info),
				Index: at.Index, Account: at.Account, Compression: string(at.Compression),
			})
		})
		s.Routes = append(s.Routes, r.missingOf(m)...)
		s.LeafURLs = append(s.LeafURLs, m.Info.LeafURLs...)
		if advertised {
			s.URLs, s.WebURLs = append(s.URLs, m.Info.URLs...), append(s.WebURLs, m.Info.WebURLs...)
		}
	}
	for _, d := range r.dials {
		if d.configured && r.table.Member(d.knows) == nil {
			s.Routes = append(s.Routes, Route{URL: d.to.Host, Configured: true, Solicited: true, Self: d.state == myself, Gone: d.since, Why: d.why})
		}
	}
	s.Routes = append(s.Routes, r.missing()...)
	s.URLs, s.WebURLs, s.LeafURLs = distinct(s.URLs), distinct(s.WebURLs), distinct(s.LeafURLs)
	r.mu.Lock()
	before := r.now
	r.now = s
	r.mu.Unlock()
	if s.Cluster != before.Cluster || s.Dynamic != before.Dynamic || !slices.Equal(s.URLs, before.URLs) || !slices.Equal(s.WebURLs, before.WebURLs) ||
		!slices.Equal(s.LeafURLs, before.LeafURLs) {
		r.Changed()
	}
	r.watch()
}

// distinct leaves out what is there twice. It asks no more than once about each: other servers say how many there are.
func distinct(all []string) (some []string) {
	known := make(map[string]bool, len(all))
	for _, text := range all {
		if !known[text] {
			known[text], some = true, append(some, text)
		}
	}
	return some
}
