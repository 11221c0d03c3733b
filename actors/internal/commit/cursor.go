package commit

// cursor is how much is done of the message that a commit is in the middle of. It is
// the zero value between messages.
type cursor struct {
	begun   bool   // it is counted and acknowledged
	fanning bool   // it is a run, on the short way
	stage   stage  // of the queue group under way
	hop     uint16 // the accounts that are done
	plain   uint32 // the plain subscriptions that are done, in the account under way
	group   uint32 // the queue groups that are done there; of a run, the servers that were looked at
	first   uint32 // of the group under way: the member that was asked first
	asked   uint32 // how many of its members were, and have not taken the message; behind all groups, the servers that were sent to
	copies  uint32 // that were made of a run

	choice *choice // of a server for the group under way, nil unless it was left in the middle
	spread *spread // of the account under way, nil while it does not matter
}

// stage is who is asked to serve a queue group that has members here.
type stage uint8

const (
	allInCluster stage = iota // it is chosen among them whether it is a near one
	allHere
	allFar // since nobody here takes the message
)

// nextHop goes on to the next account.
func (c *cursor) nextHop() { c.hop, c.plain, c.group, c.spread = c.hop+1, 0, 0, nil }
