package e2e_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// What one read brings may be routed in rounds, because each of its messages has a large result of its own: it takes effect in
// the order in which it was sent all the same.
func TestOrderOverRounds(t *testing.T) {
	const many, messages = 10_000, 120
	b := actorstest.Start(t, actors.Config{Partitions: 3})
	publisher, subscriber := b.Client(t), b.Client(t)
	var subs, sent strings.Builder
	for sid := range many { // which get nothing, since there is no echo
		fmt.Fprintf(&subs, "SUB k.> %d\r\n", sid)
	}
	publisher.Send(`CONNECT {"verbose":false,"echo":false}`, strings.TrimSuffix(subs.String(), "\r\n"))
	publisher.Fence()
	subscriber.Send(`CONNECT {"verbose":false}`)
	for i := range messages {
		subscriber.Send(fmt.Sprintf("SUB k.%d %d", i, i))
	}
	subscriber.Send("SUB k.*.last last")
	subscriber.Fence()
	for i := range messages {
		fmt.Fprintf(&sent, "PUB k.%d 1\r\nx\r\n", i)
	}
	publisher.Send(sent.String()+"SUB k.own own", "PUB k.0 1", "y", "PUB k.a.last 0", "")
	publisher.Fence()
	for i := range messages {
		subscriber.Expect(fmt.Sprintf("MSG k.%d %d 1", i, i), "x")
	}
	subscriber.Expect("MSG k.0 0 1", "y", "MSG k.a.last last 0", "")
	subscriber.Quiet()
	l := b.Stats().Ledger
	require.Zero(t, l.Waiting, "%+v", l)
	require.EqualValues(t, messages+2, l.Routed)
}
