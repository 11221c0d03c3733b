// Package listener is the actor of one open address, and who may come in by it.
//
// It owns the open listener, the accepting goroutine, the limits for one address of a client, the
// check of a browser's origin, and the HTTP server that upgrades WebSocket clients. It promises
// that a restart opens the very same address again, that a shortage of descriptors is waited for
// and not a failure, and that a client which is refused costs no actor. It must not know a
// connection or a session: whoever comes in is handed to [Env.Accept], a func.
//
// # Admission
//
// MaxConnectionsPerAddress and MaxAttemptsPerAddress are checked by the accepting goroutine,
// before there is an actor, or a byte is read. One IPv6 host has a whole network, so all of it counts as one address.
// Whether MaxConnections has a place is decided when the connection is made: the client is told
// behind its greeting, and actors that live in the broker take no place.
//
// # Why the address outlives the actor
//
// A [Listening] is made before the tree grows, so that a port in use is an error of Start. It
// outlives the actor that serves it: a listener that fails is started again with back-off and opens
// the same address. Connections that are there are not concerned. Without its listeners there is no
// broker, so one that cannot be kept open stops the broker in the end.
//
// # WebSocket
//
// A WebSocket client is one of net/http until it has upgraded. Until then it has a place in a
// [transport.Lobby], the time-out of the handshake and a bound on its header (maxUpgradeHeader). After
// that it is a net.Conn like any other (transport.WebConn).
package listener
