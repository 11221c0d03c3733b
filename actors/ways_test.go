package actors

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
)

func TestWays(t *testing.T) {
	type take struct {
		after time.Duration // since the one before
		size  int
		found bool
	}
	tests := []struct {
		name  string
		due   answers
		takes []take
	}{
		{"one answer", answers{}, []take{{0, 1, true}, {0, 1, false}}},
		{"one answer that is empty", answers{}, []take{{0, 0, true}, {0, 1, false}}},
		{"one answer in time", answers{in: time.Second}, []take{{time.Second - 1, 1, true}}},
		{"too late", answers{in: time.Second}, []take{{time.Second, 1, false}, {0, 1, false}}},
		{"the usual time", answers{}, []take{{access.DefaultThreshold - 1, 1, true}}},
		{"later than usual", answers{}, []take{{access.DefaultThreshold, 1, false}}},
		{"many", answers{kind: access.Stream, in: time.Second}, []take{{999, 1, true}, {time.Second - 1, 1, true}, {time.Second - 1, 0, true}, {0, 1, false}}},
		{"in pieces", answers{kind: access.Chunked, in: time.Second}, []take{{0, 1, true}, {0, 0, true}, {0, 0, false}}},
		{"a piece that is too late", answers{kind: access.Chunked, in: time.Second}, []take{{0, 1, true}, {time.Second, 1, false}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var ws ways
			now := time.Unix(1, 0)
			w, lost := ws.open(&account{name: "B"}, "in.1", tt.due, now)
			require.False(t, lost)
			assert.True(t, access.ReservedReply([]byte(w.token)))
			for _, take := range tt.takes {
				now = now.Add(take.after)
				got := ws.take([]byte(w.token), take.size, now)
				assert.Equal(t, take.found, got == w, take)
			}
		})
	}
}

// TestWaysAreBounded: by number and by bytes, the oldest are forgotten first, and
// closed ones keep nobody out.
func TestWaysAreBounded(t *testing.T) {
	back, now := &account{name: "B"}, time.Unix(1, 0)
	t.Run("number", func(t *testing.T) {
		var ws ways
		first, _ := ws.open(back, "x", answers{}, now)
		for range maxWays - 1 {
			_, lost := ws.open(back, "x", answers{}, now)
			require.False(t, lost)
		}
		_, lost := ws.open(back, "x", answers{}, now)
		assert.True(t, lost)
		assert.Nil(t, ws.take([]byte(first.token), 1, now))
		assert.Len(t, ws.known, maxWays)
	})
	t.Run("bytes", func(t *testing.T) {
		var ws ways
		long := strings.Repeat("x", 1<<20)
		for i := range 20 {
			_, lost := ws.open(back, long, answers{}, now)
			assert.Equal(t, i >= maxWayBytes>>20, lost)
		}
		assert.LessOrEqual(t, ws.bytes, maxWayBytes)
	})
	t.Run("behind one that stays open", func(t *testing.T) {
		var ws ways
		stays, _ := ws.open(back, "x", answers{kind: access.Stream}, now)
		for i := range 3 * maxWays {
			w, lost := ws.open(back, fmt.Sprint(i), answers{}, now)
			require.False(t, lost)
			require.NotNil(t, ws.take([]byte(w.token), 1, now))
		}
		assert.LessOrEqual(t, len(ws.order), 2*maxWays)
		assert.NotNil(t, ws.take([]byte(stays.token), 1, now))
	})
	t.Run("out of date", func(t *testing.T) {
		var ws ways
		for range maxWays {
			ws.open(back, "x", answers{}, now)
		}
		_, lost := ws.open(back, "x", answers{}, now.Add(access.DefaultThreshold))
		assert.False(t, lost)
		assert.Len(t, ws.known, 1)
	})
}

// TestCrashedPartitionGetsItsShadowsBack: what a connection has in another account
// is asked for like the rest.
func TestCrashedPartitionGetsItsShadowsBack(t *testing.T) {
	a := access.Account{
		Name: "A", Users: []access.User{{Name: "a"}},
		Exports: []access.Export{{Stream: "pub.>"}, {Service: "svc"}},
	}
	b := access.Account{
		Name: "B", Users: []access.User{{Name: "b"}},
		Imports: []access.Import{{Account: "A", Stream: "pub.>", Prefix: "in"}, {Account: "A", Service: "svc"}},
	}
	broker := startBroker(t, Config{Partitions: 3, Accounts: []access.Account{a, b}, NoAuthUser: "a"})
	pub, sub := dial(t, broker), dial(t, broker)
	sub.send("CONNECT {\"user\":\"b\"}\r\nSUB in.pub.x.y 1\r\nSUB > 2\r\nUNSUB 2 60\r\nSUB in.pub.z g 3\r\n")
	sub.flush()
	pub.send("SUB svc 1\r\n")
	pub.flush()
	for round := range 20 {
		crashPartitions(broker)
		pub.send(fmt.Sprintf("PUB pub.x.y 2\r\n%02d\r\nPUB pub.z 2\r\n%02[1]d\r\n", round))
		got := map[string]int{}
		for range 4 {
			got[sub.next()]++
			sub.expect(fmt.Sprintf("%02d", round))
		}
		require.Equal(t, map[string]int{
			"MSG in.pub.x.y 1 2\r\n": 1, "MSG in.pub.x.y 2 2\r\n": 1, "MSG in.pub.z 2 2\r\n": 1, "MSG in.pub.z 3 2\r\n": 1,
		}, got)
		crashPartitions(broker)
		sub.send("PUB svc 0\r\n\r\n")
		pub.expect("MSG svc 1 0", "")
		sub.expect("MSG svc 2 0", "")
	}
	sub.flush()
	pub.send("PUB pub.x.y 0\r\n\r\n")
	sub.expect("MSG in.pub.x.y 1 0", "")
	sub.flush() // the wildcard has had its sixty
}

// TestCrashesBetweenAccounts: partitions crash all the time while requests cross,
// and every message is accounted for, once.
func TestCrashesBetweenAccounts(t *testing.T) {
	a := access.Account{Name: "A", Users: []access.User{{Name: "a"}}, Exports: []access.Export{{Service: "svc.*"}, {Stream: "pub.>"}}}
	b := access.Account{
		Name: "B", Users: []access.User{{Name: "b"}},
		Imports: []access.Import{{Account: "A", Service: "svc.*", To: "ask.*"}, {Account: "A", Stream: "pub.>"}},
	}
	broker := startBroker(t, Config{Partitions: 3, Accounts: []access.Account{a, b}, NoAuthUser: "a"})
	server, client := dial(t, broker), dial(t, broker)
	client.send("CONNECT {\"user\":\"b\"}\r\nSUB in 1\r\nSUB pub.> 2\r\n")
	client.flush()
	server.send("SUB svc.* 1\r\n")
	server.flush()
	const rounds = 200
	served := make(chan struct{})
	go func() {
		defer close(served)
		for range rounds {
			way := strings.Fields(server.next())[3]
			server.next()
			server.send("PUB pub.x 1\r\nx\r\nPUB " + way + " 1\r\ny\r\n")
		}
	}()
	for i := range rounds {
		if i%10 == 0 {
			crashPartitions(broker)
		}
		client.send(fmt.Sprintf("PUB ask.%d in 1\r\nq\r\n", i%7))
		client.expect("MSG pub.x 2 1", "x", "MSG in 1 1", "y")
	}
	<-served
	client.flush()
	server.flush()
	require.Eventually(t, func() bool { return broker.Stats().Ledger.Waiting == 0 }, time.Minute, time.Millisecond)
	l := broker.Stats().Ledger
	assert.EqualValues(t, 3*rounds, l.In)
	assert.EqualValues(t, 3*rounds, l.Routed)
	assert.EqualValues(t, 3*rounds, l.Copies)
	assert.EqualValues(t, 3*rounds, l.Delivered)
	assert.Empty(t, broker.hub.accounts().named("A").ways.known)
}
