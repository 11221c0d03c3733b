// Package e2e proves from outside what a user of the broker relies on, with real
// clients and real sockets. It holds nothing but tests, and must not be imported.
//
// It owns the promises of ARCHITECTURE.md to users, each of which a test here holds. It promises
// to tell by a seed how a random failure can be repeated.
//
//   - clients: the official Go client and its micro framework work against the
//     program and against a broker inside the same process;
//   - order: each subscriber gets each publisher's messages complete and in
//     order, across subjects, wildcards, queue groups and partitions;
//   - barriers: what a client may conclude from a PONG;
//   - leaks: clients that come and go in every rude way leave nothing behind;
//   - ends: a stopping broker hands over what is queued, and waits for nobody
//     longer than it was told to.
//
// Random tests print their seed when they fail; TROUPE_SEED repeats one.
package e2e
