// Package keepalive decides when a client is asked whether it is alive, and when the
// broker has waited long enough. It is pure: (facts, now) goes in, a verdict comes out.
//
// It owns the deadlines of one connection, in a [Clock] with one timer for all of them.
// It promises that the timer is not set anew for each command, and that a verdict
// depends only on the facts and the time that it was given. It must not import any other
// package of the broker, and it does not act: the connection sends the PING or closes.
//
// # Silence
//
// A client that is silent for Facts.Interval is sent a PING. When Facts.PingMax of them
// are unanswered the connection is stale. The first PING comes soon after CONNECT
// (firstPing), to measure the round trip, and is spread a little, so that clients which
// came together are not asked together.
//
// # Patience
//
// A client that has begun a command must go on with it. Else a thousand half-sent
// messages would stay for ever. After CONNECT it has patience, because it is a program.
// Before CONNECT it has patienceTyping, because it may be a person who types. A payload
// that grows by leastGrowth starts the time anew, so a large message over a slow line
// is in time however long it takes.
//
// Before CONNECT a payload that no person could type is refused ([IsTypable]), and a
// connection that sends no command at all is stale after patienceTyping. Until CONNECT a
// connection costs next to nothing, and this is what would change that.
package keepalive
