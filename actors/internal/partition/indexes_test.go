package partition

import (
	"fmt"
	"strconv"
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
	x := newIndexes(NewLayout(hostOf(t), 1, nil), 10)
	assert.Nil(t, x.find(7))
	s := subscription(7, "a")
	x.of(s.To).Insert("a", "", s)
	require.NotNil(t, x.find(7))
	assert.Same(t, x.find(7), x.numbered(7))
	assert.Nil(t, x.find(8))
}

// TestWideIsSeenByAll: what concerns all partitions is found in each of them.
func TestWideIsSeenByAll(t *testing.T) {
	layout := NewLayout(hostOf(t), 2, nil)
	one, two := newIndexes(layout, 1), newIndexes(layout, 1)
	s := subscription(3, "*.*.a")
	require.True(t, one.of(s.To).Insert("*.*.a", "", s))
	x := two.find(3)
	require.NotNil(t, x)
	assert.Len(t, x.Match([]byte("x.y.a")).Plain, 1)
	assert.Equal(t, 1, layout.count(3).Subscriptions)
	assert.Zero(t, layout.count(4).Subscriptions)
}

// TestRetain: what belongs to accounts that are gone goes, whatever is in it.
func TestRetain(t *testing.T) {
	layout := NewLayout(hostOf(t), 1, nil)
	x := newIndexes(layout, 3)
	for n := range 3 {
		s := subscription(n, "*.a")
		x.of(s.To).Insert("*.a", "", s)
	}
	alive := map[int]bool{0: true, 1: true}
	layout.Retain(alive)
	x.retain(alive)
	assert.Nil(t, x.find(2))
	assert.NotNil(t, x.find(1))
	assert.NotNil(t, x.find(0))
}

// TestResultsOfTheOnlyAccount: the system account, which every broker has, takes no results from
// the account in which everything is published.
func TestResultsOfTheOnlyAccount(t *testing.T) {
	x := newIndexes(NewLayout(hostOf(t), 1, nil), 2)
	s := subscription(1, "m.*")
	own := x.of(s.To)
	own.Insert("m.*", "", s)
	const subjects = cachedResults * 3 / 4
	publish := func() {
		for i := range subjects {
			own.Match(strconv.AppendInt([]byte("m."), int64(i), 10))
		}
	}
	publish() // for the first time, when half of the room is for all
	publish() // and for the second, when all have been asked for
	before := own.Count().Hits
	publish()
	assert.EqualValues(t, subjects, own.Count().Hits-before)
}
