package report

import (
	"cmp"
	"slices"
	"time"
)

// Cluster is the servers that a broker acts as one with.
type Cluster struct {
	Name    string
	Dynamic bool // the name was made up
	Port    int  // where routes come in
	// ConnectURLs are what clients are told: where they come to this broker and to the other servers.
	ConnectURLs []string
	// Routes are the connections to other servers, those of a route that are missing, and the addresses of the configuration
	// where there is no route.
	Routes []Route
}

// Configured are the addresses of the configuration.
func (c *Cluster) Configured() (all []string) {
	for i := range c.Routes {
		if r := &c.Routes[i]; r.Configured && !slices.Contains(all, r.URL) {
			all = append(all, r.URL)
		}
	}
	return all
}

// Missing reports whether there should be a route and is none.
func (r *Route) Missing() bool { return !r.Up && !r.Self }

// Route is a connection to another server of the cluster, or one that is missing, or the address of a server.
type Route struct {
	URL         string // host:port of its routes
	Configured  bool   // the configuration names it
	Solicited   bool   // this broker has dialed it
	Up          bool   // it is there
	Self        bool   // the address is this broker's own
	Server      Hub    // who is there
	Index       int    // of the connection among those for all accounts
	Account     string // that the connection is for; empty for one of those
	Compression string // that was agreed on; what is in force is in Connection
	Gone        time.Time
	Why         string // there is no route
	// ID is the number of the connection, 0 if there is none; Connection is what it says of itself, nil if it has not
	// answered.
	ID         uint64
	Connection *Connection
}

// Count is how many connections to other servers there are, and how many servers these are.
func (c *Cluster) Count() (connections, servers int) {
	known := make(map[string]bool)
	for i := range c.Routes {
		if r := &c.Routes[i]; r.Up {
			connections++
			known[r.Server.ID] = true
		}
	}
	return connections, len(known)
}

// Missing are the names of the servers, or else their addresses, that there is no route to, or not all of one.
func (c *Cluster) Missing() (names []string) {
	for i := range c.Routes {
		r := &c.Routes[i]
		if name := cmp.Or(r.Server.Name, r.URL); r.Missing() && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
