package partition

import (
	"time"

	"github.com/troupe-mq/troupe/actors/internal/account"
)

// An index takes some memory when nothing is in it. That of an account in which
// nobody subscribes to anything any more is given back after a moment, and not at
// once: a client that asks now and then has one subscription, and often none.

// lookIdle tells a partition that it is time to look at its empty indexes.
type lookIdle struct{}

const (
	idlePause = time.Second
	idleLooks = 2 // an index goes that was empty each time
)

// IgnoreDeadLetterLogging: the partition may be gone.
func (*lookIdle) IgnoreDeadLetterLogging() {}

// rest notes that an index is empty. That of the global account stays.
func (x *indexes) rest(n int) {
	if _, noted := x.idle[n]; noted || n == account.GlobalNumber {
		return
	}
	if x.idle == nil {
		x.idle = make(map[int]int)
	}
	x.idle[n] = 0
}

// dropIdle drops the indexes that have been empty long enough.
func (x *indexes) dropIdle() {
	for n, looks := range x.idle {
		switch {
		case x.byNumber[n] == nil || x.byNumber[n].Len() > 0:
			delete(x.idle, n)
		case looks+1 >= idleLooks:
			x.drop(n)
		default:
			x.idle[n] = looks + 1
		}
	}
}

// watchIdle has the partition look at its empty indexes after a while.
func (p *partition) watchIdle() {
	if len(p.idle) == 0 || p.watching {
		return
	}
	p.watching = true
	h, self := p.Host, p.self
	time.AfterFunc(idlePause, func() { h.Send(self, &lookIdle{}) })
}
