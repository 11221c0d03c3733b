package outbox

// Copies are many messages for one client that differ in little: one that a publisher
// has sent, for thousands of its subscriptions. They are spelled when they are written, on the
// writer's goroutine, so that it is neither the publisher's time that they take nor the
// broker's memory.
type Copies interface {
	// Spell appends copies to d until that is full, one at least, and reports how many
	// are done; 0 if all are. Those of subscriptions that have ended are done too.
	Spell(d *Deliver) (done int)
	// Most is as long as one of them may become, in bytes.
	Most() int
}

// copiesRoom is how much memory copies take beside their message, in bytes.
const copiesRoom = 512

// NewCopies is a Deliver of that many copies, which have payload bytes of payload and
// take up to size bytes when they are spelled.
func NewCopies(c Copies, messages, payload, size int) *Deliver {
	return &Deliver{copies: c, Messages: messages, Payload: payload, size: size, class: unpooled}
}
