package report

import "time"

// Cluster is the servers that a broker acts as one with.
type Cluster struct {
	Name    string
	Dynamic bool // the name was made up
	Port    int  // where routes come in
	// ConnectURLs are what clients are told: where they come to this broker and to the other servers.
	ConnectURLs []string
	// Routes are the other servers that there is a route to, and the addresses of the configuration where there is none.
	Routes []Route
}

// Configured are the addresses of the configuration.
func (c *Cluster) Configured() (all []string) {
	for i := range c.Routes {
		if r := &c.Routes[i]; r.Configured {
			all = append(all, r.URL)
		}
	}
	return all
}

// Missing reports whether there should be a route and is none.
func (r *Route) Missing() bool { return !r.Up && !r.Self }

// Route is another server of the cluster, or the address of one.
type Route struct {
	URL        string // host:port of its routes
	Configured bool   // the configuration names it
	Solicited  bool   // this broker has dialed it
	Up         bool   // there is a route
	Self       bool   // the address is this broker's own
	Server     Hub    // who is there
	Gone       time.Time
	Why        string // there is no route
	// ID is the number of the connection, 0 if there is none; Connection is what it says of itself, nil if it has not
	// answered.
	ID         uint64
	Connection *Connection
}
