// Package transport is bytes between a client and the broker, whatever carries them: sockets,
// pipes, TLS, WebSocket, and the place where an actor's client joins in.
//
// It owns the goroutine that reads a socket, the handshake of TLS, and how a
// transport is closed. What has been read is in an [inbound.Input]. It promises that a client
// which stalls in a handshake holds no place in it, and that [Link.Offer] and [Link.Abort] never
// wait. It must not know a batch or a session: what the bytes mean is nothing to it.
//
// # Source
//
// A [Source] is where the input of a connection comes from: the goroutine that reads its socket,
// or the actor that is its client. The connection asks it for input ([Source.Take]), and gives the
// input back when all of it is parsed ([Source.Resume]). Input has one owner at a time, so there
// is no lock.
//
// A reader whose read has filled its buffer lets others run before the next one: on a busy
// machine a goroutine that always finds more to do has a processor for ten milliseconds. What comes out of
// the frames of a WebSocket, the records of TLS or compressed blocks fills no buffer, so there it is asked whether it had to be waited for.
//
// The reader does no work of its own. It waits for bytes and then lends its goroutine to the
// actors for whatever these bytes cause. It is told by turns what to do next: read on, run the
// commit, stop. A partition that is the last to be done does not post to the connection, since
// posting may mean running it: it tells the source ([Source.Routed]), and the reader, which waits
// for nothing else, posts.
//
// A reader of a socket that has waited for a while parks (package parking): its goroutine ends, and another one goes on when
// something comes, or when the connection stops the reader. Only a reader parks that keeps no part of a command; others may have
// to give that up, and are interrupted. TLS parks as well, with what it has read of a record, and so does a WebSocket, unless what it
// reads may be compressed.
//
// A TCP or Unix socket is read through its descriptor, so that the reader borrows a buffer only
// when there is something to read. Anything else that is a net.Conn waits inside its own Read,
// buffer in hand.
//
// # Endpoints and TLS
//
// Clients that come the same way have one [Endpoint]: what INFO says to them, and whether TLS
// guards it. Where it does, the reader greets the client and shakes hands before it reads, and the
// connection is told how the client is reached now ([HandshakeDone]), or that it has not come in
// ([HandshakeFailed]). Nobody else writes to that socket meanwhile. The handshake has one
// deadline, from the beginning to the end.
//
// Handshakes compute in [HandshakeSlots], of which there are as many as half of the processors, so
// that a thousand clients that come back at once leave room for messages. All ports share them, that for routes too. One that has
// waited for its slot lets others run before it computes.
// A client is waited for outside of its slot. Those who wait for a slot have their turn address by address, and in an address
// port by port.
//
// # Layers and their goodbye
//
// Below TLS and WebSocket is a [ProgressConn], which looks for the progress of writes in the
// socket itself: to the layers above, a write that ran out of time is the end. These layers have a
// goodbye of their own, close_notify or a close frame with a code, which may have to wait
// ([Link.Polite]). So it is never an actor's, but that of a goroutine, and has [LingerTime].
//
// WebSocket frames are read as a stream of bytes, compressed or not. Their boundaries mean
// nothing. A frame that is neither encrypted nor compressed is written straight to the socket; where that takes a part of it, whoever
// writes next goes on with it ([begun]).
//
// # The lobby
//
// Clients that are not in yet have places in a [Lobby]. When all are taken, whoever comes next
// takes the place of the one that deserves it least.
package transport
