// Package history is two actors that remember: one the newest events of supervision, one
// the connections that have ended.
//
// It owns both memories and their limits. It promises that each keeps a bounded number of
// entries and forgets the oldest first, and that a crash of one costs only what it
// remembered. It must not know a connection: it is told reports, which are plain values.
//
// [New] keeps as many events as a supervisor.Ring does. Broker.History and /supervisionz
// show them. [NewClosed] keeps as many connections as Config.MaxClosedClients says, asked
// at the time. /connz?state=closed shows them. Connections of one program follow each
// other and say the same about themselves: such texts are kept once for all of them.
//
// These two live under monitor/ in the tree. Who only watches is started again for ever
// and is never a reason to stop the broker.
package history
