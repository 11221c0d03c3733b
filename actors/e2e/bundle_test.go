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

// A client with very many subscriptions for one message gets all its copies, in the order
// of its subscriptions and of the messages, and its PONG behind them. What it has ended
// meanwhile gets nothing more, and the others get theirs as ever.
func TestBundle(t *testing.T) {
	const many = 150
	b := actorstest.Start(t, actors.Config{})
	greedy, other, publisher := b.Client(t), b.Client(t), b.Client(t)
	var subs strings.Builder
	for sid := range many {
		fmt.Fprintf(&subs, "SUB x.> %d\r\n", sid)
	}
	greedy.Send(`CONNECT {"verbose":false,"headers":true}`, strings.TrimSuffix(subs.String(), "\r\n"), "SUB *.y limited", "UNSUB limited 1")
	greedy.Fence()
	other.Send(`CONNECT {"verbose":false}`, "SUB x.y o")
	other.Fence()
	publisher.Send(`CONNECT {"verbose":false,"headers":true}`, "PUB x.y r 5", "hello", "HPUB x.y 12 14", "NATS/1.0", "", "hi", "PUB x.y 0", "")
	publisher.Fence()
	other.Expect("MSG x.y o r 5", "hello", "MSG x.y o 2", "hi", "MSG x.y o 0", "")
	greedy.Send("PING")
	greedy.Expect("MSG x.y limited r 5", "hello")
	for _, form := range [][]string{{"MSG x.y %d r 5", "hello"}, {"HMSG x.y %d 12 14", "NATS/1.0", "", "hi"}, {"MSG x.y %d 0", ""}} {
		for sid := range many {
			greedy.Expect(append([]string{fmt.Sprintf(form[0], sid)}, form[1:]...)...)
		}
	}
	greedy.Expect("PONG")
	var end []string
	for sid := range many - 1 {
		end = append(end, fmt.Sprintf("UNSUB %d", sid))
	}
	greedy.Send(end...)
	greedy.Fence()
	publisher.Send("PUB x.y 0", "")
	publisher.Fence()
	greedy.Expect(fmt.Sprintf("MSG x.y %d 0", many-1), "")
	greedy.Quiet()
	l := b.Stats().Ledger
	assert.EqualValues(t, 4, l.Routed)
	require.Zero(t, l.Waiting, "%+v", l)
	assert.EqualValues(t, 3*many+1+1+4, l.Delivered)
}
