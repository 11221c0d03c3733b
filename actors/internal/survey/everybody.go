package survey

import (
	"context"
	"slices"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// Everybody are the connections that there are. Nobody is left out who was let
// in before: their group is asked, which has made them.
func (a *Asker) Everybody() []Address {
	family, err := supervisor.Inspect(a.Host.System, a.Host.PID(host.Path(host.Connections)), supervisor.Describe{Limit: -1})
	if err != nil {
		return nil // it cannot answer; stopping the tree closes them too
	}
	all := make([]Address, 0, len(family.Children))
	for _, n := range family.Children {
		if cid, ok := host.CIDOf(n.Path); ok { // what is internal ends with its actor
			all = append(all, Address{Cid: cid, Pid: a.Host.PID(n.Path)})
		}
	}
	return all
}

// Externals are those of them whose clients come from outside, as far as they say.
func (a *Asker) Externals(ctx context.Context) []Address {
	all := a.Everybody()
	inside := make(map[uint64]bool)
	a.AskAll(ctx, all, false, func(r *report.Connection) { inside[r.CID] = r.Type == transport.KindActor })
	return slices.DeleteFunc(all, func(at Address) bool { return inside[at.Cid] })
}
