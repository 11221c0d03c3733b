// Package inbound is what has come in from a client and is not parsed yet.
//
// It owns the [Input] of a connection while it is filled, the buffers that all inputs share, and
// the [Budget] of what has come in in part. It promises that an idle connection holds no buffer,
// that nobody is made to set aside memory by what is announced instead of sent, and that what a
// client keeps of an unfinished command can be taken from it at any time. It must not know where
// the bytes come from, nor what they mean.
//
// # Input
//
// Only when there is something to read does a socket's reader borrow a buffer (readSize). When it
// has to wait it gives the buffer back and keeps an unfinished command in a small one. A command
// that is larger than the buffer makes it grow by doubling as bytes come, not as sizes are
// announced. A stream, which waits inside its own Read, has a small buffer in hand (smallInput)
// that doubles while reads fill it.
//
// # The budget
//
// One client is bounded by the largest command that it may send. All of them are bounded by the
// [Budget], which takes a buffer from whoever keeps most of it for longest without sending more,
// at once and without asking its actor: a [Stake] says whose the buffer is. A client that has sent
// as much before is trusted for a while (trustTime). Large commands go on in turns, so that a
// thousand that come together leave half of the processors to those who want less.
package inbound
