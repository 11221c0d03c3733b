// Package transcript reads and writes sessions with a broker as text: what is typed on which
// connection, and what the broker says to it. The same files are tests, documentation and
// demonstrations. The lines of such a file are
//
//	# a comment
//	# config: max_payload=10 ping_interval=2s
//	A> SUB orders.* 1    what is typed on connection A; it is opened where it is first named
//	A> PUB a\x20b \      \r \n \t \xNN \\ are bytes; a single \ at the end leaves out the CRLF
//	A>! close            A hangs up
//	A< +OK               the next line that A gets; … stands for anything
//	A<<                  A has got nothing more
//	A<! closed           the broker has closed A's connection
//	~ 2s                 time passes
//
// The INFO that greets every connection is left out.
//
// It owns the form of such a file. It promises that what [Quote] has written [Unquote] reads
// as the same bytes, and that a line which is no step is an error with its number. It must not
// know a broker, and it plays nothing: package actorstest does in tests, and `troupe play`
// at a broker that runs.
package transcript
