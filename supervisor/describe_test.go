package supervisor_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/supervisor"
)

// gauge is a mailbox that always shows the same.
type gauge struct{}

func (gauge) Depth() int { return 3 }

func (gauge) Oldest() time.Duration { return 1200 * time.Millisecond }

func (gauge) Handled() uint64 { return 17 }

// office is a tree with one of everything.
func (b *bubble) office() *actor.PID {
	p := at(supervisor.Permanent, 5)
	clerk := b.probe("clerk", p)
	clerk.Gauge = func() supervisor.Gauge { return gauge{} }

	visitors := make([]supervisor.Spec, 0, 1002)
	for i := range 1002 {
		visitors = append(visitors, supervisor.Spec{Name: fmt.Sprintf("v-%d", i), Role: "visitor", Props: b.props("v")})
	}

	// It is told to describe itself and never does.
	mute := supervisor.Spec{Name: "mute", Role: "group", Policy: p, Describes: true, Props: b.props("mute")}

	return b.root(supervisor.Options{Role: "office", Children: []supervisor.Spec{
		clerk,
		supervisor.Sub(supervisor.Options{
			Name: "lobby", Role: "group", Sink: b.sink,
			Policy: supervisor.Policy{Kind: supervisor.Temporary}, Children: visitors,
		}, p),
		mute,
		b.probe("boss", p),
	}})
}

const drawn = `top  office  running  children 4
├─ clerk  probe  running  mailbox 3 (oldest 1.2s, handled 17)  [permanent, one-for-one, 5 in 1m0s, after 1s, then stop]
├─ lobby  group  running  children 1,002  [permanent, one-for-one, 5 in 1m0s, after 1s, then stop]
│  ├─ v-0  visitor  running  [temporary]
│  ├─ v-1  visitor  running  [temporary]
│  ├─ v-2  visitor  running  [temporary]
│  ├─ v-3  visitor  running  [temporary]
│  └─ … and 998 more
├─ mute  group  no answer  [permanent, one-for-one, 5 in 1m0s, after 1s, then stop]
└─ boss  probe  running  restarts 1  [permanent, one-for-one, 5 in 1m0s, after 1s, then stop]  last: paper jam on floor 2
`

func TestDescribeAndDraw(t *testing.T) {
	inBubble(t, func(b *bubble) {
		top := b.office()
		b.send("top/boss", boom{"paper jam\non floor 2"})
		b.pass(time.Second)

		before := time.Now()
		n, err := supervisor.Inspect(b.system, top, supervisor.Describe{Limit: 4})
		require.NoError(t, err)
		assert.Equal(t, 800*time.Millisecond, time.Since(before), "a mute child is not waited for longer")

		var out strings.Builder
		supervisor.Draw(&out, n)
		assert.Equal(t, drawn, out.String())

		text, err := json.Marshal(n)
		require.NoError(t, err)

		var back supervisor.Node
		require.NoError(t, json.Unmarshal(text, &back))
		assert.Equal(t, n.Children[3].LastFailure.Text, back.Children[3].LastFailure.Text)
		assert.Equal(t, n.Children[1].ChildCount, back.Children[1].ChildCount)
		b.end(top)
	})
}

func TestDescribingDoesNotHoldUpTheGroup(t *testing.T) {
	inBubble(t, func(b *bubble) {
		top := b.office()
		answer := b.system.Root.RequestFuture(top, supervisor.Describe{}, 2*time.Second)
		before := time.Now()
		_, err := supervisor.Add(b.system, top, b.probe("new", at(supervisor.Permanent, 1)), time.Second)
		require.NoError(t, err)
		assert.Zero(t, time.Since(before))

		n, err := answer.Result()
		require.NoError(t, err)
		assert.Equal(t, 4, n.(supervisor.Node).ChildCount)
		b.end(top)
	})
}

func TestEmptyTree(t *testing.T) {
	var out strings.Builder

	supervisor.Draw(&out, supervisor.Node{Name: "alone\x1b[2J", State: supervisor.Running})
	assert.Equal(t, "alone [2J  running\n", out.String(), "no text reaches the terminal as a command")
}
