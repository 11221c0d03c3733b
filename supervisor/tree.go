package supervisor

import "time"

// State is what a child is doing.
type State string

// The states of a child.
const (
	Running    State = "running"
	BackingOff State = "backing off" // it failed and waits for its restart; its mailbox keeps what arrives
	Restarting State = "restarting"  // it runs, and will be restarted when a failed sibling's back-off ends
	Stopping   State = "stopping"    // it was told to stop and has not ended yet
	Down       State = "stopped"     // it is gone and will not be started again
	Silent     State = "no answer"   // a group that did not describe itself in time
)

// Gauge looks at a mailbox from outside; its methods may be called from any goroutine.
type Gauge interface {
	Depth() int            // messages that wait
	Oldest() time.Duration // how long the oldest of them has waited
	Handled() uint64       // messages handled so far
}

// Load is what a Gauge showed at one moment.
type Load struct {
	Depth   int           `json:"depth"`
	Oldest  time.Duration `json:"oldest_ns"`
	Handled uint64        `json:"handled"`
}

// Mishap is the last failure of a child.
type Mishap struct {
	Time  time.Time `json:"time"`
	Text  string    `json:"text"`
	Stack []string  `json:"stack,omitempty"`
}

// Node is one actor of the tree as its group knows it, with those below it.
type Node struct {
	Path        string    `json:"path"`
	Name        string    `json:"name"`
	Role        string    `json:"role,omitempty"`
	Policy      string    `json:"policy,omitempty"`
	State       State     `json:"state"`
	Since       time.Time `json:"since,omitzero"` // when the state began; not kept for light children
	Restarts    int       `json:"restarts"`
	LastFailure *Mishap   `json:"last_failure,omitempty"`
	Mailbox     *Load     `json:"mailbox,omitempty"`
	Children    []Node    `json:"children,omitempty"` // up to Describe's limit
	ChildCount  int       `json:"child_count,omitempty"`
}
