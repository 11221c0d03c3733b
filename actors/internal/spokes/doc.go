// Package spokes is the servers that are leaf nodes of this broker.
//
// It owns what a leaf node says of itself, the decision whether it may stay, and the list of those that are there. It
// promises that one that is refused is told why in the words that NATS servers know, that the connection which a server had
// before it was cut off gives way to its new one, and that those who have not said who they are take no place from others
// without end. It must not carry a message, and must not know a password: a leaf node is a connection actor (package
// connection), which is let in as clients are (package session).
//
// A server that says that it is the hub comes in the same way. What passes is then what passes between this broker and a hub.
//
// # How a server comes in
//
//	listener     accepts it, with TLS if that is wanted
//	connection   greets it with INFO, goes on compressed if both can and one wants to (negotiate), and takes its CONNECT: it has
//	             proved who it is
//	spokes       is asked (peer.Handshake): may it stay, and on which terms
//	connection   answers with INFO, and tells what is wanted here
//
// # Who is a spoke to whom
//
// What comes from a leaf node goes to everybody: to clients, to other leaf nodes, to the servers of the cluster, to a hub. So
// leaf nodes are told of everything that anybody wants, as far as they may publish it. Two of one cluster are the exception:
// they hear each other in their own cluster, and not by the hub (interest.Link).
//
// # No actor
//
// What is known here lies between connections, and is kept behind a lock for a moment. Who decides takes values and returns
// values, and nothing is lost when a connection crashes: it ends, and says so.
package spokes
