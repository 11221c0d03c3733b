package partition

import (
	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/topics"
)

type index = topics.Index[*interest.Subscription]

// indexes are those of one partition: one for each account in which something has
// been subscribed to or published.
type indexes struct {
	byNumber []*index // of the accounts; nil where there has been nothing yet
	results  int      // how many match results each may remember
}

// cachedResults bounds the match results that all partitions together remember;
// each partition has its share, but no less than the least, and so has each
// account of that.
const (
	cachedResults      = 1 << 18
	leastCachedResults = 1 << 14
	leastForAccount    = 1 << 9
)

func newIndexes(partitions, accounts int) indexes {
	share := max(leastCachedResults, cachedResults/partitions)
	x := indexes{results: max(leastForAccount, share/max(accounts, 1))}
	x.numbered(account.GlobalNumber) // nearly everybody's
	return x
}

// of is the index that subscriptions of a target are in.
func (x *indexes) of(t *interest.Target) *index { return x.numbered(t.Account.Index()) }

// numbered is the index of the account with that number.
func (x *indexes) numbered(n int) *index {
	if n < len(x.byNumber) && x.byNumber[n] != nil {
		return x.byNumber[n]
	}
	return x.open(n)
}

// open makes the index of an account in which nothing has happened yet.
func (x *indexes) open(n int) *index {
	for n >= len(x.byNumber) {
		x.byNumber = append(x.byNumber, nil)
	}
	x.byNumber[n] = topics.NewIndex[*interest.Subscription](x.results)
	return x.byNumber[n]
}
