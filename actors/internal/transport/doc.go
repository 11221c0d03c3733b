// Package transport is bytes between a client and the broker, whatever carries them: sockets,
// pipes, TLS, WebSocket, and the place where an actor's client joins in.
//
// It owns the input of a connection while it is filled and the budget of all input, the goroutine
// that reads a socket, the handshake of TLS, certificates, and how a transport is closed. It promises that an idle
// connection holds no buffer, that nobody is made to set aside memory by what is announced
// instead of sent, that a client which stalls in a handshake holds no place in it, and that
// [Link.Offer] and [Link.Abort] never wait. It must not know a batch or a session: what the
// bytes mean is nothing to it.
//
// # Source
//
// A [Source] is where the input of a connection comes from: the goroutine that reads its socket,
// or the actor that is its client. The connection asks it for input ([Source.Take]), and gives the
// input back when all of it is parsed ([Source.Resume]). Input has one owner at a time, so there is
// no lock.
//
// A reader whose read has filled its buffer lets others run before the next one: on a busy
// machine a goroutine that always finds more to do has a processor for ten milliseconds.
//
// The reader does no work of its own. It waits for bytes and then lends its goroutine to the
// actors for whatever these bytes cause. It is told by turns what to do next: read on, run the
// commit, stop. A partition that is the last to be done does not post to the connection, since
// posting may mean running it: it tells the source ([Source.Routed]), and the reader, which waits
// for nothing else, posts.
//
// # Input
//
// A TCP or Unix socket is read through its descriptor. Only when there is something to read does
// the reader borrow a buffer (readSize). When it has to wait it gives the buffer back and keeps an
// unfinished command in a small one. A command that is larger than the buffer makes it grow by
// doubling as bytes come, not as sizes are announced. Anything else that is a net.Conn waits inside
// its own Read, with a small buffer (smallInput) that doubles while reads fill it.
//
// # Endpoints and TLS
//
// Clients that come the same way have one [Endpoint]: what INFO says to them, and whether TLS guards
// it. Where it does, the reader greets the client and shakes hands before it reads, and the
// connection is told how the client is reached now ([HandshakeDone]), or that it has not come in
// ([HandshakeFailed]). Nobody else writes to that socket meanwhile. The handshake has one deadline,
// from the beginning to the end.
//
// Handshakes compute in [HandshakeSlots], of which there are as many as half of the processors, so
// that a thousand clients that come back at once leave room for messages. A client is waited for
// outside of its slot.
//
// Certificates are loaded again when their files have changed. Whoever begins a handshake looks,
// now and then (lookEvery). What cannot be used is logged, and the old ones stay.
//
// # Layers and their goodbye
//
// Below TLS and WebSocket is a [ProgressConn], which looks for the progress of writes in the socket
// itself: to the layers above, a write that ran out of time is the end. These layers have a goodbye
// of their own, close_notify or a close frame with a code, which may have to wait ([Link.Polite]). So
// it is never an actor's, but that of a goroutine, and has [LingerTime].
//
// WebSocket frames are read as a stream of bytes, compressed or not. Their boundaries mean nothing.
//
// # What has not come in whole
//
// One client is bounded by the largest command that it may send. All of them are bounded by the
// [InboundBudget], which takes a buffer from whoever keeps most of it for longest without sending
// more, at once and without asking its actor: a [stake] says whose the buffer is. A client that has
// sent as much before is trusted for a while (trustTime). Large commands go on in turns, so that a
// thousand that come together leave half of the processors to those who want less. Clients that are
// not in yet have places in a [Lobby].
package transport
