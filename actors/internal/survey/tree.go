package survey

import (
	"context"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// roots is how many children of the broker itself the tree can show: there are
// a handful, and no limit is meant for them.
const roots = 32

// Tree describes the actors of the broker, up to limit children of each group
// (all of them if it is negative).
func (a *Asker) Tree(top *actor.PID, limit int) (supervisor.Node, error) {
	if a.Stopped() {
		return supervisor.Node{}, report.ErrStopped
	}
	ask := limit
	if limit >= 0 {
		ask = max(limit, roots)
	}
	root, err := supervisor.Inspect(a.Host.System, top, supervisor.Describe{Limit: ask})
	if err != nil {
		return root, err
	}
	if limit >= 0 {
		for i := range root.Children {
			n := &root.Children[i]
			n.Children = n.Children[:min(limit, len(n.Children))]
		}
	}
	a.lookInto(&root)
	return root, nil
}

// lookInto adds to the connections of a tree what their supervisor does not
// keep, for there are many of them: they are asked. One that does not answer
// may be the very one that is looked for, so it is not left out.
func (a *Asker) lookInto(root *supervisor.Node) {
	var whom []Address
	at := make(map[uint64]*supervisor.Node)
	var walk func(n *supervisor.Node)
	walk = func(n *supervisor.Node) {
		if cid, ok := host.CIDOf(n.Path); ok {
			at[cid] = n
			whom = append(whom, Address{Cid: cid, Pid: a.Host.PID(n.Path)})
		}
		for i := range n.Children {
			walk(&n.Children[i])
		}
	}
	walk(root)
	answered := make(map[uint64]bool, len(whom))
	ctx, cancel := context.WithTimeout(context.Background(), AskWait)
	defer cancel()
	a.AskAll(ctx, whom, false, func(r *report.Connection) {
		answered[r.CID] = true
		n, load := at[r.CID], r.Mailbox
		n.Since, n.Mailbox = r.Start, &load
	})
	for cid, n := range at {
		if !answered[cid] && n.State == supervisor.Running {
			n.State = supervisor.Silent
		}
	}
}
