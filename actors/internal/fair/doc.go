// Package fair keeps what strangers share one bound for: each thing has a cost in
// bytes, an owner and an end. It owns the order in which they go.
//
// Where the bound is met, the account that holds most pays, in it the client that
// holds most, and of what is that client's the oldest thing goes. So whoever fills
// the place displaces itself, and whoever holds little loses nothing.
//
// Where there are places instead of bytes, those who wait have their turn account by
// account, and in each client by client ([Queue]).
//
// It promises that whatever is asked of a pool takes a time that grows with the logarithm of
// what is in it, at most. To give up a place in a queue takes one look at what its owner has waiting. A pool has no clock and no lock, and must not know what it keeps.
package fair
