//go:build unix && chaos

package troupecmd

// kills is how often the broker is killed, and beforeKill how many messages each
// publisher has had acknowledged by then.
const (
	kills      = 20
	beforeKill = 5000
)
