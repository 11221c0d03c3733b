// Package wire turns bytes into commands and answers into bytes. It speaks the
// text protocol of NATS and nothing else: it does no I/O, starts no goroutine,
// holds no lock and knows neither subscriptions nor clients.
//
// It owns the text of the protocol in both directions, and the text and the fate of each error. It
// promises that any bytes, cut anywhere, give the same commands as the whole, and that parsing,
// errors and encoding allocate nothing, but for what a parser notes of its last PUB, once. It must not judge what it reads.
//
// A [Parser] reads commands out of a buffer that its caller fills. A [Command]
// does not own any text: its spans point into that buffer, so parsing a PUB, a
// SUB or a PING allocates nothing, and a command is good for as long as the
// buffer is left alone.
//
//	for at < len(buf) {
//		next, err := parser.Next(buf, at, &command)
//		if err != nil {
//			return err // its lines, and whether it closes, are in [Error]
//		}
//		if next == at {
//			break // unfinished: keep buf[at:] in front of what is read next
//		}
//		at = next
//	}
//
// The Append functions write what a server sends, behind whatever a buffer holds
// already. A message travels mostly verbatim: what follows the sid in a MSG line
// is what the publisher wrote, byte for byte, and [Command.Tail] is that piece.
//
// What may go wrong is an [Error], which knows its exact lines and its fate.
//
// The package does not judge subjects (package topics does), does not decide
// what a command is allowed to do, and does not look inside headers.
package wire
