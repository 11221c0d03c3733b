package e2e_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// TestBundleOfGroups: a client that is alone in very many queue groups gets each message once for each of them. What it was chosen for
// before it leaves them it gets before it hears that it has left, and nothing after that. Where there is another member, one of the two gets it.
func TestBundleOfGroups(t *testing.T) {
	const many = 150
	b := actorstest.Start(t, actors.Config{})
	greedy, other, publisher := b.Client(t), b.Client(t), b.Client(t)
	var subs, end []string
	for sid := range many {
		subs = append(subs, fmt.Sprintf("SUB x.> g%d %d", sid, sid))
		end = append(end, fmt.Sprintf("UNSUB %d", sid))
	}
	greedy.Send(append([]string{`CONNECT {"verbose":false}`}, subs...)...)
	greedy.Fence()
	other.Send(`CONNECT {"verbose":false}`, "SUB x.y o")
	other.Fence()
	publisher.Send(`CONNECT {"verbose":false}`, "PUB x.y 5", "hello", "PUB x.y 0", "")
	publisher.Fence()
	other.Expect("MSG x.y o 5", "hello", "MSG x.y o 0", "")
	greedy.Send(strings.Join(end, "\r\n"), "PING")
	for _, message := range [][]string{{"5", "hello"}, {"0", ""}} {
		var want, got []string // which group comes first is nobody's business
		for sid := range many {
			want, got = append(want, fmt.Sprintf("MSG x.y %d %s", sid, message[0])), append(got, greedy.Line())
			greedy.Expect(message[1])
		}
		require.ElementsMatch(t, want, got)
	}
	greedy.Expect("PONG")
	publisher.Send("PUB x.y 0", "")
	publisher.Fence()
	other.Expect("MSG x.y o 0", "")
	greedy.Send("PING")
	greedy.Expect("PONG")

	greedy.Send(subs...)
	greedy.Fence()
	other.Send("UNSUB o", "SUB x.y g7 7", "SUB x.y g8 8")
	other.Fence()
	publisher.Send("PUB x.y 0", "")
	publisher.Fence()
	l := b.Stats().Ledger
	require.EqualValues(t, 4, l.Routed)
	assert.EqualValues(t, 3*many+3, l.Copies)
}
