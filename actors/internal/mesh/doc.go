// Package mesh is the cluster of a broker: which servers are in it, and the routes to them.
//
// It owns the listener for routes, the actor that knows who is there, and the dialing of those who are not. It promises that
// there is one route to each server in the end, whoever dials whom, that a configured server is dialed for as long as the
// broker runs, that what one server tells of another leads to a route, and that nothing which a server sends before it is
// known who it is has an effect on others. It must not carry a message: a route is a connection actor (package connection).
//
// # Who decides what
//
// [Table] is who is there, and decides what becomes of a server that introduces itself: it is plain values, without a clock
// or a socket. The roster is the one actor that has a table. It carries out what the table says: it dials, closes routes, and
// tells servers of each other. [State] is what others see of it.
//
// # A route
//
// A route is one connection, or a pool of them among which the accounts are divided by a hash of their names, and one more for
// each account that is to have its own ([members.Strand], [members.Table.Share]). So an account's messages keep their order, and one that has
// much to say holds up fewer others. NATS servers do the same, and know by the size of the pool that both have one. The first
// connection is dialed as if it was the only one. When the server has answered on it, whoever has dialed it dials the others,
// and any that is lost later. The one that is dialed has the place that the INFO of whoever dials it says.
//
// What goes over a connection may be compressed, if both servers can and one wants to (negotiate). Then each says its INFO once
// more, and what comes behind the first is compressed. Package compression bounds what that can become.
//
// A connection is a route from its first byte on, because servers may say what they want before they have said who they
// are. The connection asks about a CONNECT and about the first INFO (peer.Handshake), and reads nothing more before it has
// the answer: so one server that has two connections never has its interest counted twice. When the INFO is good, the server
// is told what is wanted here.
//
// # Gossip
//
// A server that is new is told of to all others by the one that it has come to: its INFO, with the URL of its routes. Who
// hears of it dials it, unless there is a route already. A mode in the INFO says whether the news goes on ([Gossip]), so that
// not everybody tells everybody.
//
// # Two at once
//
// Servers that dial each other at the same time have two connections. NATS servers keep the one that they have known first,
// and if each has known another one first, both are gone and are dialed again, at random moments. Two brokers like this one
// keep the one that the server with the lower id has dialed.
//
// # A crash
//
// Routes carry messages without the roster. When it crashes they stay, and its successor makes a table of them anew (resume). If it
// has crashed while it changed them all, they are closed and dialed again: what they are then is not known. A route that crashes is
// a route that has ended.
package mesh
