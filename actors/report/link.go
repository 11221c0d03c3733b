package report

// Hub is what a server on the other side of a link says about itself.
type Hub struct {
	ID, Name, Version string
	JetStream         bool
	Domain            string // of its JetStream
	MaxPayload        int    // bytes
}

// LinkEvent is a link that has come or gone.
type LinkEvent struct {
	Owner   string // "config" for a remote of the configuration
	Remote  string // its name
	Account string // the local one
	Up      bool   // messages pass, and what each side wants is known to the other
	Hub     Hub    // if it is up
	Err     error  // why it is not up; nil if the remote was removed
}

// Link is the link to one remote.
type Link struct {
	Owner, Remote, Account string
	URLs                   []string // host:port
	Up                     bool
	Hub                    Hub
	Leaf                   bool   // that is the leaf node, and this broker the hub
	Why                    string // it is not up; empty if there was no attempt yet
	// ID is the number of the connection, 0 if there is none; Connection is what it says of itself, nil if it has not
	// answered.
	ID         uint64
	Connection *Connection
}

// LeafNode is a server that is a leaf node of the broker.
type LeafNode struct {
	Account    string // that it is in here
	Server     Hub    // what it says about itself
	Cluster    string // that it is in; empty for none
	Isolated   bool   // it is not told what other leaf nodes want
	Hub        bool   // it is the hub, and this broker the leaf node
	Connection *Connection
}
