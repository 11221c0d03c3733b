package members

import (
	"net/url"
	"time"
)

// Filling is how far the route to a member has come.
type Filling struct {
	To      *url.URL // where it is dialed; nil if that is left to the other
	Gossip  Gossip
	Failed  int  // attempts in vain since the last that was not
	Waiting bool // for the next attempt
	Since   time.Time
	Why     string // something is missing
	Said    string // that, when it was last said
	Up      int    // strands that are up
}

// Fills reports whether it is for this server to fill the route to another, if it has dialed it.
func (t *Table) Fills(m *Member) bool {
	accepted := false
	m.Each(func(s *Strand) { accepted = accepted || !s.Solicited })
	return t.Pools(&m.Info) && (m.Info.Troupe == "" || !accepted || t.ID < m.Info.ServerID)
}
