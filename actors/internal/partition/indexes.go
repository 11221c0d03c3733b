package partition

import (
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/topics/index"
)

type ofAccount = index.Index[*interest.Subscription]

// indexes are those of one partition: one for each account in which something is
// subscribed to.
type indexes struct {
	byNumber map[int]*ofAccount // of the accounts
	last     *ofAccount         // that was found last: nearly everybody is in one account
	lastOf   int
	layout   *Layout
	results  int // how many match results each may remember
	bytes    int // and in how many bytes
}

// cachedResults and cachedBytes bound the match results that all partitions together
// remember; each partition has its share, but no less than the least, and so has each
// account of that. For the number of results the system account is not counted, as little
// is published there: the bytes bound it too.
const (
	cachedResults      = 1 << 18
	leastCachedResults = 1 << 14
	leastForAccount    = 1 << 9

	cachedBytes      = 64 << 20
	leastCachedBytes = 1 << 20
)

func newIndexes(layout *Layout, accounts int) indexes {
	results := max(leastCachedResults, cachedResults/len(layout.PIDs))
	bytes := cachedBytes / len(layout.PIDs)
	return indexes{
		byNumber: make(map[int]*ofAccount),
		lastOf:   -1,
		layout:   layout,
		results:  max(leastForAccount, results/max(accounts-1, 1)),
		bytes:    max(leastCachedBytes, bytes/max(accounts, 1)),
	}
}

// of is the index that subscriptions of a target are in.
func (x *indexes) of(t *interest.Target) *ofAccount { return x.numbered(t.Account.Index()) }

// numbered is the index of the account with that number. It is made if there is none.
func (x *indexes) numbered(n int) *ofAccount {
	if found := x.find(n); found != nil {
		return found
	}
	return x.open(n, x.layout.of(n))
}

// find is the index of an account, nil if nothing is subscribed to there.
func (x *indexes) find(n int) *ofAccount {
	if n == x.lastOf {
		return x.last
	}
	found := x.byNumber[n]
	if found == nil {
		w := x.layout.find(n)
		if w == nil {
			return nil
		}
		return x.open(n, w)
	}
	x.last, x.lastOf = found, n
	return found
}

func (x *indexes) open(n int, w *wide) *ofAccount {
	made := index.New(index.Config[*interest.Subscription]{Results: x.results, Bytes: x.bytes, Wide: w})
	x.byNumber[n], x.last, x.lastOf = made, made, n
	return made
}

// drop forgets the index of an account.
func (x *indexes) drop(n int) {
	delete(x.byNumber, n)
	x.last, x.lastOf = nil, -1
}

// retain drops the indexes of accounts that are gone.
func (x *indexes) retain(alive map[int]bool) {
	for n := range x.byNumber {
		if !alive[n] {
			delete(x.byNumber, n)
		}
	}
	x.last, x.lastOf = nil, -1
}
