package observer

import (
	"context"
	"strconv"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// shown is how many children of a group the page shows; the others it counts.
const shown = 64

// branches makes the tree that pages are shown. Of the connections, which may be many,
// it shows those that have most to write.
type branches struct {
	broker *actors.Broker

	busiest []*report.Connection // at the last look
	again   time.Time            // when the next look may be
}

// What looking at the connections may cost: this part of a core. It takes the longer the
// more there are, and is done the less often.
const share = 200

// deepest is how many connections the tree shows.
const deepest = 10

// tree is the tree as it is shown.
func (b *branches) tree() (supervisor.Node, error) {
	root, err := b.broker.Tree(shown)
	if err != nil {
		return root, err
	}
	for i := range root.Children {
		if group := &root.Children[i]; group.Name == "connections" && group.ChildCount > deepest {
			b.thin(group)
		}
	}
	return root, nil
}

// thin leaves of the connections those that have most to write.
func (b *branches) thin(group *supervisor.Node) {
	b.look()
	group.Children = group.Children[:0]
	for _, c := range b.busiest {
		load, called := c.Mailbox, "conn-"+strconv.FormatUint(c.CID, 10)
		group.Children = append(group.Children, supervisor.Node{
			Path: group.Path + "/" + called, Name: called, Role: "connection", State: supervisor.Running, Since: c.Start, Mailbox: &load,
		})
	}
}

// look asks the connections, if it was not done just now.
func (b *branches) look() {
	if time.Now().Before(b.again) {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	begun := time.Now()
	if page, err := b.broker.Connections(ctx, report.ConnectionQuery{Sort: "pending", Limit: deepest}); err == nil {
		b.busiest = page.Connections
	}
	b.again = time.Now().Add(time.Since(begun) * share)
}
