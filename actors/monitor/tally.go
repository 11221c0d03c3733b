package monitor

import (
	"time"

	"github.com/troupe-mq/troupe/supervisor"
)

// connectionRole is that of the actors of which there may be too many to look
// into each.
const connectionRole = "connection"

// tally sums the tree up by role.
type tally map[string]*roleTally

type roleTally struct {
	states   map[supervisor.State]int
	restarts int
	depth    int
	oldest   time.Duration
}

func (t tally) of(role string) *roleTally {
	n := t[role]
	if n == nil {
		n = &roleTally{states: make(map[supervisor.State]int)}
		t[role] = n
	}
	return n
}

// add takes children that are not listed for running: there are more of them
// than are looked into.
func (t tally) add(n supervisor.Node) {
	of := t.of(n.Role)
	of.states[n.State]++
	of.restarts += n.Restarts
	if n.Mailbox != nil {
		of.depth += n.Mailbox.Depth
		of.oldest = max(of.oldest, n.Mailbox.Oldest)
	}
	for _, child := range n.Children {
		t.add(child)
	}
	if more := n.ChildCount - len(n.Children); more > 0 && len(n.Children) > 0 {
		t.of(n.Children[0].Role).states[supervisor.Running] += more
	}
}
