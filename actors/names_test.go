package actors_test

import (
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// used is a client of each of these accounts that comes, does something and goes.
func used(t *testing.T, b *actorstest.Broker, names []string) {
	t.Helper()
	for _, name := range names {
		c := as(t, b, name, name)
		c.Send("SUB a.b 1", "SUB *.c 2", "PUB a.b 0", "")
		c.Expect("MSG a.b 1 0", "")
		c.Close()
	}
}

func tenants(prefix string, n int) (all []string, accounts []access.Account) {
	for i := range n {
		name := fmt.Sprintf("%s-%d", prefix, i)
		all, accounts = append(all, name), append(accounts, tenant(name))
	}
	return all, accounts
}

func liveHeap() int {
	runtime.GC()
	runtime.GC() // what is kept to be used again is given up the second time
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// TestNamesThatAreGone: reloads with other accounts each time, each of them used once,
// leave nothing behind.
func TestNamesThatAreGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const each = 20
		stays := tenant("stays")
		config := actors.Config{Partitions: 4, MaxClosedClients: 1, Accounts: []access.Account{stays}}
		b := actorstest.Start(t, config)
		round := func(all []string, accounts []access.Account) {
			config.Accounts = append(accounts, stays)
			reload(t, b, config)
			used(t, b, all)
			actorstest.Advance(t, time.Millisecond)
			config.Accounts = []access.Account{stays}
			reload(t, b, config)
		}
		round(tenants("first", each))
		before := liveHeap()
		for i := range 5 {
			round(tenants(fmt.Sprint("more-", i), each))
		}
		actorstest.Advance(t, time.Millisecond)
		assert.Less(t, (liveHeap()-before)/(5*each), 16<<10, "bytes a name, those of the test's own clients among them")
	})
}

// TestNamesThatStay: an account in which nobody is costs no index.
func TestNamesThatStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all, accounts := tenants("tenant", 50)
		b := actorstest.Start(t, actors.Config{Partitions: 4, MaxClosedClients: 1, Accounts: accounts})
		before := liveHeap()
		used(t, b, all)
		actorstest.Advance(t, 10*time.Second)
		assert.Less(t, (liveHeap()-before)/len(all), 16<<10, "bytes a name, those of the test's own clients among them")
		used(t, b, all)
	})
}

// TestAccountComesAgain: one that was gone and is there again has nothing of what it
// was, and its clients find each other.
func TestAccountComesAgain(t *testing.T) {
	b := actorstest.Start(t, actors.Config{Partitions: 2, Accounts: []access.Account{tenant("A"), tenant("B")}})
	old := as(t, b, "A", "A")
	old.Send("SUB > 1")
	old.Fence()
	reload(t, b, actors.Config{Partitions: 2, Accounts: []access.Account{tenant("B")}})
	old.Expect(violation)
	old.ExpectClosed()
	reload(t, b, actors.Config{Partitions: 2, Accounts: []access.Account{tenant("B")}})
	reload(t, b, actors.Config{Partitions: 2, Accounts: []access.Account{tenant("A"), tenant("B"), tenant("C")}})
	a, other, c := as(t, b, "A", "A"), as(t, b, "A", "A"), as(t, b, "C", "C")
	for _, x := range []*actorstest.Client{a, c} {
		x.Send("SUB > 1")
		x.Fence()
	}
	other.Send("PUB x 1", "1")
	a.Expect("MSG x 1 1", "1")
	c.Quiet()
	got, err := b.Subscribers(t.Context(), "A", "x")
	require.NoError(t, err)
	assert.Len(t, got, 1)
}
