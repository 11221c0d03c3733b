package account_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/account"
)

func policy(names ...string) *access.Policy {
	p := &access.Policy{}
	for _, name := range names {
		p.Accounts = append(p.Accounts, access.Account{Name: name})
	}
	return p
}

// TestNumbersAreNotUsedAgain: nor is anything kept of a name that is gone, but while it
// has connections.
func TestNumbersAreNotUsedAgain(t *testing.T) {
	one := account.NewSet(policy("A", "B"), nil)
	a, b := one.Named("A"), one.Named("B")
	require.True(t, a.Admit())
	two := account.NewSet(policy("C"), one)
	assert.NotContains(t, []int{a.Number, b.Number, account.GlobalNumber}, two.Named("C").Number)
	assert.Nil(t, two.Named("A"))
	assert.Nil(t, two.Numbered(a.Number))
	live := two.Live()
	assert.True(t, live[a.Number], "it has a connection")
	assert.False(t, live[b.Number])
	for _, there := range two.All {
		assert.True(t, live[there.Number])
		assert.Same(t, there, two.Numbered(there.Number))
	}

	again := account.NewSet(policy("A", "B"), two)
	assert.Equal(t, a.Number, again.Named("A").Number)
	assert.EqualValues(t, 1, again.Named("A").Connections.Load())
	assert.Greater(t, again.Named("B").Number, two.Named("C").Number)

	a.Leave()
	assert.False(t, two.Live()[a.Number])
	three := account.NewSet(policy(), two)
	later := account.NewSet(policy("A"), three)
	assert.Greater(t, later.Named("A").Number, again.Named("B").Number-1)
	assert.NotEqual(t, a.Number, later.Named("A").Number)
}

// TestNamesUsedOnce: reloads with other names each time leave nothing.
func TestNamesUsedOnce(t *testing.T) {
	set := account.NewSet(policy("A"), nil)
	reload := func(from, to int) {
		for n := from; n < to; n++ {
			p := policy("A", fmt.Sprintf("used-once-%d", n))
			p.Accounts[0].Exports = []access.Export{{Stream: "s"}, {Service: "v"}}
			p.Accounts[1].Imports = []access.Import{{Account: "A", Stream: "s"}, {Account: "A", Service: "v"}}
			set = account.NewSet(p, set)
		}
		set = account.NewSet(policy("A"), set)
	}
	reload(0, 100)
	before := heap()
	reload(100, 10_100)
	assert.Less(t, heap()-before, 100<<10)
	assert.Len(t, set.Live(), 3)
}
