package partition

import (
	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/topics"
)

type index = topics.Index[*interest.Subscription]

// indexes are those of one partition: one for each account in which somebody
// subscribes to something.
type indexes struct {
	number int    // of the account that was asked about last
	last   *index // its index, nil if it has none

	byNumber map[int]*index
	share    int          // how many match results all of them may remember
	results  int          // and each of them
	gone     topics.Stats // what was counted by those that are gone, and where there was none
	idle     map[int]int  // those that were empty, and how often they were looked at since
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
	x := indexes{number: -1, byNumber: make(map[int]*index), share: max(leastCachedResults, cachedResults/partitions)}
	x.divide(accounts)
	x.open(account.GlobalNumber) // nearly everybody's
	return x
}

// divide gives each of so many accounts its part of the results.
func (x *indexes) divide(accounts int) { x.results = max(leastForAccount, x.share/max(accounts, 1)) }

// numbered is the index of the account with that number, nil if there is none.
func (x *indexes) numbered(n int) *index {
	if n != x.number {
		x.number, x.last = n, x.byNumber[n]
	}
	return x.last
}

// open is the index of an account, which is made if it is not there.
func (x *indexes) open(n int) *index {
	if found := x.numbered(n); found != nil {
		return found
	}
	x.last = topics.NewIndex[*interest.Subscription](x.results)
	x.byNumber[n] = x.last
	return x.last
}

// drop forgets the index of an account, but not what it has counted.
func (x *indexes) drop(n int) {
	if dropped := x.numbered(n); dropped != nil {
		s := dropped.Count()
		x.gone = x.gone.Plus(topics.Stats{Inserts: s.Inserts, Removes: s.Removes, Matches: s.Matches, Hits: s.Hits})
	}
	delete(x.byNumber, n)
	delete(x.idle, n)
	x.last = nil
}

// nobody is who gets a message in an account without subscriptions.
var nobody = new(batch.Result)

// match finds out who gets a message in an account.
func (x *indexes) match(n int, subject []byte) *batch.Result {
	if found := x.numbered(n); found != nil {
		return found.Match(subject)
	}
	x.gone.Matches++
	return nobody
}

func (x *indexes) insert(n int, s *interest.Subscription) {
	x.open(n).Insert(s.Subject(), s.Queue(), s)
}

func (x *indexes) remove(n int, s *interest.Subscription) {
	found := x.numbered(n)
	if found == nil {
		return // its account is gone
	}
	if found.Remove(s.Subject(), s.Queue(), s); found.Len() == 0 {
		x.rest(n)
	}
}

// numberOf is the number of the index that subscriptions of a target are in.
func numberOf(s *interest.Subscription) int { return s.To.Account.Index() }

// retain keeps the indexes of those accounts only.
func (x *indexes) retain(live map[int]bool) {
	for n := range x.byNumber {
		if !live[n] {
			x.drop(n)
		}
	}
	x.divide(len(live))
}
