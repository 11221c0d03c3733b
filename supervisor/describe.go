package supervisor

import (
	"strings"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// What Describe means when it leaves a field open.
const (
	describeLimit = 20
	describeWait  = time.Second
)

// describe answers with the group's node. What the group knows it writes down here; what only its children know is
// waited for in a goroutine, so that a child that hangs does not hang its supervisor.
func (g *group) describe(ctx actor.Context, d Describe) {
	if ctx.Sender() == nil {
		return
	}

	if d.Limit == 0 {
		d.Limit = describeLimit
	}

	if d.Wait <= 0 {
		d.Wait = describeWait
	}

	n := Node{
		Path: ctx.Self().Id, Name: nameOf(ctx.Self().Id), Role: g.o.Role,
		State: Running, Since: g.since, ChildCount: len(g.own) + len(g.light),
	}
	asked := g.list(ctx, &n, d)

	if len(asked) == 0 {
		ctx.Respond(n)

		return
	}

	system, sender := ctx.ActorSystem(), ctx.Sender()
	report := func(name string, c *Crash) { reportTo(system.Logger(), nil, name, c) }

	Go(report, n.Path+" describe", func() {
		for i, f := range asked {
			n.Children[i].adopt(f.Result())
		}

		system.Root.Send(sender, n)
	})
}

// list writes down the children, up to the limit, and asks those that describe themselves.
func (g *group) list(ctx actor.Context, n *Node, d Describe) map[int]*actor.Future {
	limit := d.Limit
	if limit < 0 || limit > n.ChildCount {
		limit = n.ChildCount
	}

	asked := make(map[int]*actor.Future)

	for _, c := range g.sorted() {
		if len(n.Children) == limit {
			return asked
		}

		n.Children = append(n.Children, g.node(ctx, c))

		if c.spec.Describes && c.alive {
			// A little less time than this group has, or its own answer would come too late because of theirs.
			below := Describe{Limit: d.Limit, Wait: d.Wait * 4 / 5}
			asked[len(n.Children)-1] = ctx.RequestFuture(c.pid, below, below.Wait)
		}
	}

	for _, pid := range ctx.Children() {
		if len(n.Children) == limit {
			break
		}

		if light, ok := g.light[pid.Id]; ok {
			n.Children = append(n.Children, Node{
				Path: pid.Id, Name: nameOf(pid.Id), Role: light.role, Policy: g.lightPolicy().String(), State: Running,
			})
		}
	}

	return asked
}

// node is what the group itself knows of a child.
func (g *group) node(ctx actor.Context, c *child) Node {
	n := Node{
		Path: c.pid.Id, Name: c.spec.Name, Role: c.spec.Role, Policy: c.spec.Policy.String(),
		State: c.state, Since: c.since, Restarts: c.restarts, LastFailure: c.last,
	}

	if c.spec.Gauge != nil {
		g.protect(ctx, "gauge", func() {
			if gauge := c.spec.Gauge(); gauge != nil {
				n.Mailbox = &Load{Depth: gauge.Depth(), Oldest: gauge.Oldest(), Handled: gauge.Handled()}
			}
		})
	}

	return n
}

// adopt adds what a child said of itself. Only its group knows of its failures, only it knows what is below.
func (n *Node) adopt(answer any, err error) {
	below, ok := answer.(Node)

	switch {
	case err == nil && ok:
		n.Children, n.ChildCount = below.Children, below.ChildCount
		if n.Mailbox == nil {
			n.Mailbox = below.Mailbox
		}

		if n.Role == "" {
			n.Role = below.Role
		}
	case n.State == Running:
		n.State = Silent
	}
}

func nameOf(path string) string {
	return path[strings.LastIndexByte(path, '/')+1:]
}
