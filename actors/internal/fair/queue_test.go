package fair_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/fair"
)

// all is what a queue gives out until it is empty.
func all[T any](q *fair.Queue[T]) (order []T) {
	for v, ok := q.Pop(); ok; v, ok = q.Pop() {
		order = append(order, v)
	}
	return order
}

func TestTurnsOfAQueue(t *testing.T) {
	var q fair.Queue[string]
	assert.Empty(t, all(&q))
	push := func(account, client uint64, names ...string) {
		for _, name := range names {
			q.Push(name, fair.Owner{Account: account, Client: client})
		}
	}
	push(1, 1, "a1", "a2", "a3")
	push(1, 2, "b1", "b2")
	push(2, 1, "c1")
	first, _ := q.Pop()
	assert.Equal(t, "a1", first)
	push(3, 1, "d1", "d2")
	assert.Equal(t, []string{"c1", "b1", "d1", "a2", "d2", "b2", "a3"}, all(&q))
	push(1, 1, "again")
	assert.Equal(t, []string{"again"}, all(&q))
}

// Whoever asks for one thing waits for no more than one of each other account, and one
// of each other client of its own, however much these want.
func TestNobodyWaitsForOneWhoWantsMuch(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var q fair.Queue[string]
		waits, accounts := 0, random.Uint64N(5)+1
		for i := range random.IntN(300) {
			q.Push(fmt.Sprint("flood ", i), fair.Owner{Account: random.Uint64N(accounts), Client: random.Uint64N(3)})
			if random.IntN(3) == 0 {
				q.Pop()
			}
		}
		q.Push("honest", fair.Owner{Account: 0, Client: 99})
		order := all(&q)
		for order[waits] != "honest" {
			waits++
		}
		require.LessOrEqual(t, waits, int(4*accounts))
	}
}

// TestWhoGivesUpWaitsNoMore: what is taken out of a queue keeps no turn, and nothing is left of it.
func TestWhoGivesUpWaitsNoMore(t *testing.T) {
	var q fair.Queue[string]
	a, b := fair.Owner{Account: 1, Client: 1}, fair.Owner{Account: 1, Client: 2}
	for _, name := range []string{"a1", "a2", "a3"} {
		q.Push(name, a)
	}
	q.Push("b1", b)
	q.Push("c1", fair.Owner{Account: 2})
	is := func(want string) func(string) bool { return func(s string) bool { return s == want } }
	assert.True(t, q.Remove(a, is("a2")))
	assert.False(t, q.Remove(a, is("a2")), "twice")
	assert.False(t, q.Remove(fair.Owner{Account: 9}, is("a1")))
	assert.True(t, q.Remove(b, is("b1")))
	assert.Equal(t, []string{"a1", "c1", "a3"}, all(&q))
	q.Push("last", a)
	assert.True(t, q.Remove(a, is("last")))
	assert.Equal(t, fair.Queue[string]{}, q)
}
