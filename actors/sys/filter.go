package sys

import (
	"slices"
	"strings"
)

// filter says which servers a request is meant for. A server that is not says
// nothing at all.
type filter struct {
	Name    string   `json:"server_name"`
	Cluster string   `json:"cluster"`
	Host    string   `json:"host"`
	Exact   bool     `json:"exact_match"` // else a part of each of them is enough
	Tags    []string `json:"tags"`        // all of them
	Domain  string   `json:"domain"`
}

// admits reports whether the request is meant for the server.
func (f *filter) admits(s *Server) bool {
	matches := strings.Contains
	if f.Exact {
		matches = func(is, wanted string) bool { return wanted == "" || is == wanted }
	}
	return matches(s.Name, f.Name) && matches(s.Host, f.Host) && matches(s.Cluster, f.Cluster) && f.Domain == "" &&
		!slices.ContainsFunc(f.Tags, func(tag string) bool { return !slices.Contains(s.Tags, tag) })
}
