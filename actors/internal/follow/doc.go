// Package follow lets somebody watch the protocol of one connection while it goes on.
//
// It owns [Follower], which stands between the connection and who watches: lines go in on
// the connection's goroutines, and come out of a channel. It promises that nobody waits for
// who watches: what does not fit is left out, and counted. It ends by itself, after so many
// lines or when the connection does. What goes out is seen where it is written to the
// socket, so that it is what the client gets and nothing else.
//
// It must not show a payload: of a message its line is shown, in which its length stands.
package follow
