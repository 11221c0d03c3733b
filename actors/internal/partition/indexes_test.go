package partition

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/interest"
)

// subscription is one in the account of that number.
func subscription(number int, subject string) *interest.Subscription {
	p := &access.Policy{}
	for i := range number {
		p.Accounts = append(p.Accounts, access.Account{Name: fmt.Sprint(i + 1)})
	}
	to := &interest.Target{ID: 1, Account: account.NewSet(p, nil).Numbered(number)}
	return interest.NewSubscription(to, []byte(subject), nil, []byte("1"))
}

// TestWhereNobodySubscribes: an account in which something is only published, or
// unsubscribed from, has no index.
func TestWhereNobodySubscribes(t *testing.T) {
	x := newIndexes(1, 10)
	s := subscription(7, "a")
	assert.True(t, x.match(7, []byte("a")).Empty())
	x.remove(7, s)
	assert.Len(t, x.byNumber, 1, "the global one")
	x.insert(7, s)
	assert.Len(t, x.match(7, []byte("a")).Plain, 1)
	assert.True(t, x.match(8, []byte("a")).Empty())
	assert.True(t, x.match(account.GlobalNumber, []byte("a")).Empty())
	assert.Len(t, x.byNumber, 2)
}

// TestRetain: what belongs to accounts that are gone goes, whatever is in it, and is
// counted nevertheless.
func TestRetain(t *testing.T) {
	x := newIndexes(1, 3)
	for n := range 3 {
		x.insert(n, subscription(n, "a"))
		x.match(n, []byte("a"))
	}
	share := x.results
	x.retain(map[int]bool{0: true, 1: true, 3: true, 4: true, 5: true, 6: true})
	assert.Less(t, x.results, share, "there are more now")
	assert.True(t, x.match(2, []byte("a")).Empty())
	assert.False(t, x.match(1, []byte("a")).Empty())
	assert.Len(t, x.byNumber, 2)
	assert.EqualValues(t, 1, x.gone.Inserts)
	assert.EqualValues(t, 2, x.gone.Matches, "one in it, one after it")
	x.remove(2, subscription(2, "a")) // its connection hears late that it is over
	assert.Len(t, x.byNumber, 2)
}

// TestEmptyIndexesGo: after a moment, if nothing has come meanwhile.
func TestEmptyIndexesGo(t *testing.T) {
	x := newIndexes(1, 3)
	one, two := subscription(1, "a"), subscription(2, "a")
	x.insert(1, one)
	x.insert(2, two)
	x.remove(1, one)
	x.remove(2, two)
	x.insert(0, subscription(0, "a"))
	for range idleLooks - 1 {
		x.dropIdle()
	}
	require.Len(t, x.byNumber, 3)
	x.insert(2, two) // in use again
	x.dropIdle()
	assert.Len(t, x.byNumber, 2)
	assert.Empty(t, x.idle)
	assert.False(t, x.match(2, []byte("a")).Empty())
	x.insert(1, one)
	assert.False(t, x.match(1, []byte("a")).Empty())
}

// BenchmarkMatch is one subject of one account, and of two by turns.
func BenchmarkMatch(b *testing.B) {
	for _, accounts := range []int{1, 2} {
		b.Run(fmt.Sprint(accounts), func(b *testing.B) {
			x := newIndexes(1, 2)
			subject := []byte("foo.bar")
			for n := range accounts {
				x.insert(n, subscription(n, "foo.bar"))
			}
			for i := 0; b.Loop(); i++ {
				x.match(i%accounts, subject)
			}
		})
	}
}
