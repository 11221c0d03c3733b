package report

import "time"

// Trace is where one message went, for whoever has asked for that by its header Nats-Trace-Dest, or because it is part of
// a trace outside that is recorded.
type Trace struct {
	Account string              // of who has published it, and where the trace is to be published
	Dest    string              // the subject to publish the trace under; empty if nobody has asked for that
	Sampled bool                // the message is part of a trace outside, as its header traceparent says
	Header  map[string][]string // of the message
	Size    int                 // its headers and its payload, bytes
	Hops    int                 // how many other servers it was sent to
	Steps   []TraceStep         // in the order in which they were taken; the first is its coming in
	LeftOut int                 // how many deliveries more there were

	Parsing, Partition time.Duration // until the batch of the message was parsed, and until the partitions had matched that
}

// TraceStep is one thing that happened to a message on its way. What a kind does not mention is zero.
type TraceStep struct {
	Kind         TraceKind
	Time         time.Time
	Link         string // what CID is where it is no client: LeafLink or RouteLink
	CID          uint64 // who has sent it, or got it
	Name         string // that it goes by, empty if it was not said
	Account      string // TraceIn, TraceExport, TraceImport; TraceOut if it is not that of TraceIn
	Subject      string // TraceIn: as it was published
	From, To     string // TraceMapping, TraceExport: To; TraceImport: both
	Subscription string // TraceOut to a client: its pattern
	Queue        string // TraceOut to a client: its group
	Hop          string // TraceOut to another server: how the message is marked there
	Error        string // why it was not let in, or not delivered

	Mailbox, Socket time.Duration // TraceOut: until the receiver had taken it up, and until the transport had it
	Waits           TraceWait     // TraceOut: for what it still waited when the trace was told
}

// TraceWait is what a message waits for on its way to a receiver.
type TraceWait string

// What it may wait for.
const (
	WaitsInMailbox TraceWait = "mailbox"
	WaitsForSocket TraceWait = "socket"
)

// What connects a step to another server.
const (
	LeafLink  = "leafnode"
	RouteLink = "route"
)

// TraceKind is what a TraceStep is about, in nats-server's words.
type TraceKind string

// The kinds of steps.
const (
	TraceIn      TraceKind = "in" // the broker has got it
	TraceMapping TraceKind = "sm" // a mapping has given it another subject
	TraceExport  TraceKind = "se" // it goes to an account that imports the stream that it is of
	TraceImport  TraceKind = "si" // it is a request to a service of another account
	TraceOut     TraceKind = "eg" // somebody was to get it
)
