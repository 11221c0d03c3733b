package partition

import (
	"github.com/troupe-mq/troupe/actors/internal/interest"
)

// Withdraw asks a partition to forget subscriptions that are over.
type Withdraw struct{ Subs []*interest.Subscription }

// Appeared tells a partition of subscriptions that no SUB has brought.
type Appeared struct{ Subs []*interest.Subscription }

// Retain asks a partition to forget accounts that are gone: those whose numbers are not
// in Accounts.
type Retain struct{ Accounts map[int]bool }

// IgnoreDeadLetterLogging keeps it out of the log: the partitions go before the connections when the broker
// stops.
func (*Retain) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*Withdraw) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*Appeared) IgnoreDeadLetterLogging() {}
