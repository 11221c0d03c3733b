// Package host is what the process gives to every actor of a broker: the actor
// system, the names in the tree, goroutines that are guarded, the log and the clock.
//
// It owns the actor system, the paths of the broker's actors ([Path]), the goroutines
// that wait for work, and the limit on log lines about clients. It promises that a
// [Host] may be used from any goroutine, that a panic in a goroutine of [Host.Spawn]
// is an event and a log line and ends nothing else, and that clients cannot fill the
// log. It must not know anything that has the state of a client: no connection, no
// batch, no subscription.
//
// # Goroutines
//
// All goroutines of the engine are started by [Host.Spawn]. Code outside the engine
// uses supervisor.Go, which gives the same promise. A goroutine that has done its work
// waits a moment for more (workersIdle, workersWait). A new goroutine begins with a
// small stack, and copies it again and again on its way through a connection, a
// partition and back; a goroutine that has been there before does not.
//
// A goroutine never touches the state of an actor. It knows the host and an address,
// and it speaks by [Host.Send]. These are there, each with who feeds it and when it ends:
//
//   - listener: the kernel's accept queue, or net/http for WebSocket; when its listener is closed.
//   - reader, one for each connection: its socket, then turns; on a read error, or when told to
//     stop. It closes the socket. An idle connection has no other goroutine.
//   - writer: one quota of an outbox; when that is written or has failed.
//   - proof: a CONNECT with a bcrypt hash; when it is compared.
//   - last words: a connection that ends with something left to say; within LingerTime.
//   - ask, and ask connections: who asks from outside; when all are asked.
//   - a mailbox run: taps, actors of others, and a run that has had its rounds; when the mailbox
//     is empty.
//   - timers, and turn and pace of an actor's client: time; after one message.
//
// Packages outside the engine, such as sys, front and audit, have their own, for one request or one
// page at a time.
//
// # Complaints
//
// What goes wrong with clients is logged a few times for each cause and counted after
// that (complaintBurst, complaintPeriod). Ten thousand clients with the same fault must
// not fill the disk. [Host.Allowed] decides. How many lines were left out is logged at
// the end of the period, or by [Host.Conclude] when the broker stops.
//
// # The actor framework
//
// The framework is protoactor-go. Only its package actor is used, in one process. It
// has traps, and each of them is fenced in one place:
//
//   - Its default strategy restarts everything, ten times in ten seconds. Here every
//     group is its own strategy, with a written policy (package supervisor).
//   - Its bounded mailboxes spin when they are full. They are not used. Bytes are
//     bounded by the protocol, the outbox and the window of an actor's client.
//   - A context must not leave Receive. Timers and goroutines hold the host and an
//     address.
//   - Handlers of its event stream run in the publisher's goroutine. The broker has one
//     handler. It counts or answers, and never blocks.
//   - Its ActorSystem.Shutdown stops no actor. The broker stops the tree first and
//     waits for it.
//   - It logs one line for each panic. logs.SlogHandler bounds that
//     (frameworkLines).
//
// The traps of crashing and restarting are fenced by package supervisor, and those of
// queues by package mailbox. The documentation of these packages lists them.
package host
