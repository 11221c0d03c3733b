// Package trace writes the protocol lines of clients to the log.
//
// It owns the form of these lines and the blanking of secrets. It promises that no
// password, token, signature or key of a CONNECT is in a line, that what cannot be read as
// JSON is not shown at all, and that a client cannot end a line or make a terminal show
// another one. It must not keep anything, and it must not import the connection: a
// [Tracer] is handed the logger and the limits that it needs.
//
// A connection has a tracer while Config.Trace is on, and none otherwise, so that a commit
// looks at one nil pointer. A client that is a part of the broker is not traced.
//
// A delivery is logged by the publisher's connection, which makes it. The line names the
// connection of the receiver, and that of the publisher behind it.
package trace
