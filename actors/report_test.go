package actors_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/report"
)

// watched is a broker on a free port.
func watched(t *testing.T, c actors.Config) *actors.Broker {
	t.Helper()
	c.Host, c.Port = "127.0.0.1", -1
	return start(t, c)
}

// start runs a broker for the length of a test.
func start(t *testing.T, c actors.Config) *actors.Broker {
	t.Helper()
	b, err := actors.Start(t.Context(), c)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = b.Stop(ctx) // who is not read to the end may be late, and the test may have stopped it
	})
	return b
}

// person is a client that types lines.
type person struct {
	t *testing.T
	net.Conn
	r *bufio.Reader
}

func meet(t *testing.T, b *actors.Broker) *person {
	t.Helper()
	nc, err := net.Dial("tcp", b.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { nc.Close() })
	p := &person{t: t, Conn: nc, r: bufio.NewReader(nc)}
	require.True(t, strings.HasPrefix(p.line(), "INFO "))
	return p
}

// named meets somebody who is connected under a name.
func named(t *testing.T, b *actors.Broker, name string) *person {
	t.Helper()
	p := meet(t, b)
	p.say(fmt.Sprintf(`CONNECT {"verbose":false,"pedantic":false,"name":%q,"lang":"py","version":"1.2.3"}`, name))
	p.fence()
	return p
}

func (p *person) line() string {
	require.NoError(p.t, p.SetReadDeadline(time.Now().Add(time.Minute)))
	line, err := p.r.ReadString('\n')
	require.NoError(p.t, err)
	return strings.TrimRight(line, "\r\n")
}

func (p *person) say(lines ...string) {
	_, err := io.WriteString(p, strings.Join(lines, "\r\n")+"\r\n")
	require.NoError(p.t, err)
}

// fence waits until everything said before has taken effect.
func (p *person) fence() {
	p.say("PING")
	for p.line() != "PONG" {
	}
}

func eventually(t *testing.T, what string, fn func() bool) {
	t.Helper()
	require.Eventually(t, fn, time.Minute, 5*time.Millisecond, what)
}

func names(p report.ConnectionPage) []string {
	out := []string{}
	for _, r := range p.Connections {
		out = append(out, r.Name)
	}
	return out
}

func TestConnectionsSaysWhatEachOneDoes(t *testing.T) {
	b := watched(t, actors.Config{})
	p := named(t, b, "conn-a")
	p.say("SUB mc.a 1", "SUB mc.b grp 2", "UNSUB 2 9", "PUB mc.a 3", "abc")
	p.fence()

	got, err := b.Connections(t.Context(), report.ConnectionQuery{Subscriptions: true})
	require.NoError(t, err)
	require.Len(t, got.Connections, 1)
	r := got.Connections[0]
	assert.Equal(t, 1, got.Total)
	assert.Equal(t, "conn-a py 1.2.3", r.Name+" "+r.Lang+" "+r.Version)
	assert.Equal(t, [4]uint64{1, 1, 3, 3}, [4]uint64{r.InMessages, r.OutMessages, r.InBytes, r.OutBytes})
	assert.Equal(t, p.LocalAddr().String(), fmt.Sprintf("%s:%d", r.Host, r.Port))
	assert.Equal(t, []report.Subscription{
		{CID: 1, Account: "$G", SID: "1", Subject: "mc.a", Delivered: 1},
		{CID: 1, Account: "$G", SID: "2", Subject: "mc.b", Queue: "grp", Max: 9},
	}, r.Subscriptions)
}

func TestConnectionsSortsAndPages(t *testing.T) {
	b := watched(t, actors.Config{})
	for i := range 5 {
		p := named(t, b, string(rune('a'+i)))
		for n := range i {
			p.say(fmt.Sprintf("SUB s.%d %d", n, n+1))
		}
		p.fence()
	}
	for _, tt := range []struct {
		query report.ConnectionQuery
		want  string
	}{
		{report.ConnectionQuery{}, "abcde"},
		{report.ConnectionQuery{Offset: 1, Limit: 2}, "bc"},
		{report.ConnectionQuery{Sort: "subs"}, "edcba"},
		{report.ConnectionQuery{Sort: "subs", Offset: 3, Limit: 9}, "ba"},
		{report.ConnectionQuery{Sort: "start", Limit: 1, State: report.AllConnections}, "a"},
		{report.ConnectionQuery{CID: 3}, "c"},
		{report.ConnectionQuery{CID: 33}, ""},
		{report.ConnectionQuery{User: "nobody"}, ""},
		{report.ConnectionQuery{Offset: 1<<63 - 1, Limit: 1<<63 - 1}, ""},
		{report.ConnectionQuery{Offset: 1<<63 - 1, Limit: 1<<63 - 1, Sort: "rtt"}, ""},
		{report.ConnectionQuery{Offset: -5, Limit: -5}, "abcde"},
	} {
		got, err := b.Connections(t.Context(), tt.query)
		require.NoError(t, err)
		assert.Equal(t, tt.want, strings.Join(names(got), ""), "%+v", tt.query)
		assert.Zero(t, got.Silent)
	}
	got, err := b.Connections(t.Context(), report.ConnectionQuery{Offset: 3, Limit: 1})
	require.NoError(t, err)
	assert.Equal(t, 5, got.Total, "before the page is cut out")
}

func TestClosedConnectionsHaveReasons(t *testing.T) {
	b := watched(t, actors.Config{})
	a, bogus, big := named(t, b, "a"), named(t, b, "bogus"), named(t, b, "big")
	a.say("SUB x.y 1")
	a.fence()
	a.Close()
	bogus.say("BOGUS")
	big.say("PUB a 9000000")
	closed := report.ConnectionQuery{State: report.ClosedConnections, Subscriptions: true}
	var got report.ConnectionPage
	eventually(t, "three are closed", func() bool {
		var err error
		got, err = b.Connections(t.Context(), closed)
		require.NoError(t, err)
		return got.Total == 3
	})
	reasons := map[string]report.CloseReason{}
	for _, r := range got.Connections {
		reasons[r.Name] = r.Reason
		assert.False(t, r.Stop.IsZero())
	}
	assert.Equal(t, map[string]report.CloseReason{
		"a": report.ClientClosed, "bogus": report.ProtocolViolation, "big": report.MaxPayloadExceeded,
	}, reasons)
	assert.Equal(t, 1, got.Connections[0].SubscriptionCount, "as it was when it closed")
	assert.Equal(t, "x.y", got.Connections[0].Subscriptions[0].Subject)
}

func TestSubscribersAreWhoWouldGetIt(t *testing.T) {
	b := watched(t, actors.Config{Partitions: 3})
	p := named(t, b, "p")
	p.say("SUB zz.a 1", "SUB zz.* q 2", "SUB > 3", "SUB other 4", "UNSUB 2 9")
	p.fence()
	got, err := b.Subscribers(t.Context(), "", "zz.a")
	require.NoError(t, err)
	assert.Len(t, got, 3)
	_, err = b.Subscribers(t.Context(), "", "zz..a")
	require.ErrorIs(t, err, client.ErrSubject)
	_, err = b.Subscribers(t.Context(), "", "zz.*")
	require.ErrorIs(t, err, client.ErrSubject)

	all, err := b.Subscriptions(t.Context(), "", 1, 2)
	require.NoError(t, err)
	require.Len(t, all, 2)
	assert.Equal(t, "2", all[0].SID)
	assert.Equal(t, "3", all[1].SID)
	assert.Equal(t, 4, b.Stats().Subscriptions)
	p.say("UNSUB 1")
	p.fence()
	assert.Equal(t, 3, b.Stats().Subscriptions)
	p.Close()
	eventually(t, "none left", func() bool { return b.Stats().Subscriptions == 0 })
	found, err := b.Partitions(t.Context(), report.PartitionQuery{FanOut: true})
	require.NoError(t, err)
	assert.Len(t, found, 3)
	require.NoError(t, b.Healthy(t.Context()))
}
