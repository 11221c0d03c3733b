// Package engine runs a nats-server beside the broker, which stores what the broker does not: streams, key-value and
// object stores, and the sessions of MQTT. It is a process of its own, so that its memory, its panics and its disk are
// nobody else's. Clients see one server, which is the broker.
//
// It owns the process: where its program is found, its configuration, its lock, its log, its end. It promises that no
// two engines serve one store, that none outlives the broker, even one that is killed, and that one which ends is
// started again for as long as the broker runs. It must not read or write what is stored, and it needs nothing of the broker that
// another extension could not have.
//
// # The program
//
// [Config.Path] names it. Without one it is troupe-engine in the folder of the running program, else nats-server on
// PATH, of version [Least] or later. Both are the same server. troupe-engine is built from cmd/engine, a module of its
// own, so that the broker does not link the server. They differ in one thing: a nats-server that lets leaf nodes in sends
// messages for two more seconds to who has asked for them and gone, and those are lost until it sends them again. troupe-engine
// does not: the broker's link tells of an inbox before the request.
//
// # The configuration
//
// It is made anew for each start and written to the store, for the owner only. The server listens on free ports of the
// loopback address. The passwords are random and are those of this start. Its accounts are those of the broker, by
// name, with their limits ([access.Storage]). A reload writes it again and has the server read it; where the server
// refuses that, it is started anew.
//
// # Among servers
//
// The broker hands on between its engine and other servers what it would hand on for a client: a hub, a leaf node and a server
// of the cluster publish into the engine's streams and get what they deliver, and streams of two domains mirror each other. The
// subjects of JetStream that name no domain are asked of the own engine alone (OwnStreams of the broker's Config). The engines of
// a cluster are no cluster of their own: each stream has one copy, and a replica is refused.
//
// # The lock
//
// A nats-server does not lock its store, and two of them damage it. So the broker locks a file in the store and hands
// it on to the server, open. The lock is held for as long as any process has the file open: by the server and by nobody
// else. Who starts a second one waits for [lockPatience], since the first may be about to end, and then gives up. Where
// a process cannot be given open files, the broker keeps the lock.
//
// # The end
//
// The actor asks the server to stop when it stops itself, waits, and kills a server that does not come to an end. A
// broker that is killed asks nobody: on Linux the kernel kills the server when its parent has ended; on other Unix systems
// a shell waits for the end of a pipe that the broker holds. troupe-engine also ends by itself at the end of its
// standard input.
//
// A server that ends by itself is a failure of the actor, whose policy starts it again. It is waited for before that,
// so that its ports and its lock are free.
//
// # What it says
//
// Each line of the server's log is a line of the broker's, under the name engine. What a server says at each start is
// at debug level, warnings and errors at their own.
package engine
