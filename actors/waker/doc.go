// Package waker wakes clients that wait for messages of a stream, when the server that has the stream was lost and is
// back.
//
// A client that waits for messages of a consumer has asked for them by a request, and is told nothing while it waits. When
// the server behind it dies, a client of that server loses its connection and asks again. A client of a broker that is
// only linked to that server loses nothing, and would wait until it misses heartbeats: some 10 or 30 seconds.
//
// It owns the memory of who waits, and what they are told. It promises that who waits is told at once when the link of
// its account is back, and that nobody is told who has not asked. It must not keep a message, and nobody's flood makes it
// forget what another account waits for.
//
// # Who waits
//
// The broker tells of every request to a consumer that goes over a link. Pulls are noted, until they expire,
// and the creation of consumers that push in order. An inbox is noted once, however often it asks. Each account has a bound of [maxBytes];
// what was noted first goes first.
//
// While the link of an account is lost its pulls are answered here: as an answer by nobody, which is what they would
// get without this package, but noted.
//
// # What they are told
//
// When the link is back, each inbox of a pull is told 409 Leadership Change: to clients that is another server's
// taking over, upon which they ask again. Each consumer is asked for, as well. One that is gone, as those in memory are
// when a server has died, answers no pull: its inboxes are told 503, upon which clients that consume in order make
// another consumer. A consumer that pushed in order, and is gone, is replaced when its client believes to have missed messages:
// its inbox is told so by a heartbeat with a number that no consumer reaches.
//
// Consumers that push and are stored need nothing: the server sees the interest in their subjects when the link is back.
//
// # Who is not there
//
// On a link every request to JetStream looks as if somebody answered it. So a pull, or a direct get, for what there is not
// would wait until it expires, where a client of the server itself is told 503 at once. The first of each consumer and each
// stream has that asked for, and is told 503 if the server says that there is none. Who is there is believed in for a
// minute, or until the server says that it was deleted.
package waker
