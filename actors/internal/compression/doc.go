// Package compression has the bytes between two servers be fewer.
//
// It owns the [Mode]s, what two servers make of what each wants ([Wish]), and the connection that compresses and
// decompresses ([Conn]), by S2. It promises that what comes takes no more memory than a block of the largest kind, whatever
// it claims to become, that what becomes nothing leaves others their turns, and that what cannot be decompressed is an error of that one connection. It must not know who the
// servers are, nor when they begin with it.
//
// S2 is what NATS servers speak to each other: it costs so little that a link may have it for all that it carries.
package compression
