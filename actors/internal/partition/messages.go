package partition

import (
	"github.com/troupe-mq/troupe/actors/internal/interest"
)

// Withdraw asks a partition to forget subscriptions that are over.
type Withdraw struct{ Subs []*interest.Subscription }

// Appeared tells a partition of subscriptions that no SUB has brought.
type Appeared struct{ Subs []*interest.Subscription }

// Retain tells a partition which accounts there are, by their numbers: it is to keep
// nothing of others.
type Retain struct{ Accounts map[int]bool }

// IgnoreDeadLetterLogging: the partitions go before the connections when the broker
// stops.
func (*Withdraw) IgnoreDeadLetterLogging() {}

func (*Appeared) IgnoreDeadLetterLogging() {}

func (*Retain) IgnoreDeadLetterLogging() {}
