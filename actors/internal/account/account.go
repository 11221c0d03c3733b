package account

import (
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/stats"
	"github.com/troupe-mq/troupe/topics/mapping"
)

// Account is one world of subjects. It is never changed, but for what it counts:
// another configuration makes another account, which has its name, its number and
// its counters.
type Account struct {
	Name   string
	Label  string // what its owner calls it, where the name is a key
	Number int    // of its index in every partition
	hash   uint32 // of the name
	System bool   // of those who watch over the broker
	// inhabited is whether somebody may log in to it.
	inhabited bool
	limits    access.Limits
	*stats.AccountCounters

	exports []access.Export // as they are described
	imports []access.Import

	Mappings *Mappings       // nil if there are none
	Streams  []StreamImport  // that it imports
	Services []ServiceImport // that it imports
	Crosses  bool            // some account imports a service: messages may have to be seen in others
	Asked    bool            // some account imports a service of this one: answers come to reply routes
	Trace    access.Trace    // of messages that do not ask for it themselves
	Replies  *Replies        // for answers to requests from other accounts; everybody's
}

// StreamImport is subjects of another account that are seen in this one.
type StreamImport struct {
	Account *Account
	Mapping *mapping.Mapping // from there to here

	AllowTrace bool // those there may see in a trace who gets it here
}

// ServiceImport is subjects of this account that are requests to another one.
type ServiceImport struct {
	Account *Account
	Mapping *mapping.Mapping // from here to there
	Answers Answers
	Share   bool            // the account there may know who asks
	Latency *access.Latency // requests are measured; nil: they are not

	AllowTrace bool // those here may see in a trace who gets it there
}
