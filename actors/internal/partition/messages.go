package partition

import (
	"github.com/troupe-mq/troupe/actors/internal/interest"
)

// Withdraw asks a partition to forget subscriptions that are over.
type Withdraw struct{ Subs []*interest.Subscription }

// Appeared tells a partition of subscriptions that no SUB has brought.
type Appeared struct{ Subs []*interest.Subscription }

// IgnoreDeadLetterLogging: the partitions go before the connections when the broker
// stops.
func (*Withdraw) IgnoreDeadLetterLogging() {}

func (*Appeared) IgnoreDeadLetterLogging() {}
