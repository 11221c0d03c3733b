package actors_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/tap"
)

// TestReloadOfImports: what an account imports may change while its clients are
// there, and they notice nothing else.
func TestReloadOfImports(t *testing.T) {
	broker, a, b, c := trade(t, 3)
	b.Send("SUB > 1")
	b.Fence()
	a.Send("SUB > 1")
	a.Fence()
	next := partners()
	next[1].Imports = []access.Import{
		{Account: "A", Stream: "w.*.*"},
		{Account: "A", Service: "svc.echo", To: "other.echo"},
	}
	next[2].Imports = nil
	_, err := broker.Reload(t.Context(), actors.Config{NoListen: true, Partitions: 3, Accounts: next})
	require.NoError(t, err)
	b.Fence() // the partitions have what it has told them
	a.Send("PUB pub.x 1", "1", "PUB w.q.p 1", "2")
	a.Expect("MSG pub.x 1 1", "1", "MSG w.q.p 1 1", "2")
	b.Expect("MSG w.q.p 1 1", "2")
	b.Quiet()
	b.Send("PUB my.echo 1", "3", "PUB other.echo 1", "4")
	b.Expect("MSG my.echo 1 1", "3", "MSG other.echo 1 1", "4")
	a.Expect("MSG svc.echo 1 1", "4")
	c.Send("SUB got.x 1")
	c.Fence()
	a.Send("PUB priv.x 1", "5")
	a.Expect("MSG priv.x 1 1", "5")
	c.Quiet()
	b.Send("UNSUB 1")
	b.Fence()
	a.Send("PUB w.q.p 1", "6")
	a.Expect("MSG w.q.p 1 1", "6")
	b.Quiet()
	_, _, all := subscribers(t, broker)
	assert.Equal(t, 1, all)
	settled(t, broker.Broker)
}

// TestAccountThatIsGone: a reload that leaves an account out shows its clients the
// door, and the others go on with their counts.
func TestAccountThatIsGone(t *testing.T) {
	broker, a, b, c := trade(t, 2)
	a.Send("PUB x 1", "1")
	a.Fence()
	_, err := broker.Reload(t.Context(), actors.Config{NoListen: true, Partitions: 2, Accounts: []access.Account{tenant("A")}})
	require.NoError(t, err)
	b.Expect("-ERR 'Authorization Violation'")
	c.Expect("-ERR 'Authorization Violation'")
	a.Fence()
	all := broker.Accounts()
	require.Len(t, all, 3)
	assert.Equal(t, "A", all[1].Name)
	assert.EqualValues(t, 1, all[1].InMessages)
	assert.Equal(t, 1, all[1].Connections)
	other := as(t, broker, "A", "A")
	other.Send("PUB my.echo 1", "1", "PUB _R_.x 1", "2")
	other.Fence()
}

// TestTapsSeeOneMessage: a request that is seen in several accounts is one record,
// and a subscription with its shadows too.
func TestTapsSeeOneMessage(t *testing.T) {
	for _, policy := range []tap.Policy{tap.Drop, tap.Block} {
		synctest.Test(t, func(t *testing.T) {
			var told []string
			hears := func() actor.Actor {
				return actor.ReceiveFunc(func(ctx actor.Context) {
					if b, ok := ctx.Message().(*tap.Batch); ok {
						for r := range b.Records() {
							told = append(told, fmt.Sprint(r.Kind, " ", r.Subject, " ", r.Outcome, " ", r.Copies))
						}
					}
				})
			}
			broker := actorstest.Start(t, actors.Config{Partitions: 2, Accounts: partners()},
				actors.WithTap(tap.Spec{Name: "ear", Policy: policy}, hears))
			a, b := headless(t, broker, "A", "A"), as(t, broker, "B", "B")
			a.Send("SUB svc.> 1")
			actorstest.Advance(t, time.Second)
			told = nil
			b.Send("SUB my.> 2", "SUB fromA.> 3", "PUB my.echo 1", "x", "UNSUB 3")
			a.Expect("MSG svc.echo 1 1", "x")
			b.Expect("MSG my.echo 2 1", "x")
			actorstest.Advance(t, time.Second)
			published := "published my.echo delivered 2"
			if policy == tap.Block {
				published = "published my.echo accepted 0"
			}
			assert.Equal(t, []string{"subscribed my.> accepted 0", "subscribed fromA.> accepted 0", published, "unsubscribed fromA.> accepted 0"}, told)
		})
	}
}
