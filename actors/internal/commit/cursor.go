package commit

import "math"

// cursor is how much is done of the message that a commit is in the middle of. It is
// the zero value between messages.
type cursor struct {
	begun   bool   // it is counted and acknowledged
	fanning bool   // it is a run, on the short way
	hop     uint16 // the accounts that are done
	plain   uint32 // the plain subscriptions that are done, in the account under way
	group   uint32 // the queue groups that are done there; of a run, the servers that were looked at
	first   uint32 // of the group under way: the number, from 1, of the member that was asked first; 0 before that
	asked   uint32 // how many of its members were, and have not taken the message; behind all groups, the servers that were sent to
	copies  uint32 // that were made of a run

	spread *spread // of the account under way, nil while it does not matter
}

// allFar is instead of the member that was asked first where nobody here takes the message.
const allFar = math.MaxUint32

// nextHop goes on to the next account.
func (c *cursor) nextHop() { c.hop, c.plain, c.group, c.spread = c.hop+1, 0, 0, nil }
