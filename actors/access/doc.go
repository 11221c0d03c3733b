// Package access decides who may come in, and what they may publish, subscribe
// to and receive. It is pure: it knows no connection and no clock, takes what
// CONNECT presented or what a command names, and says yes or no.
//
// [Policy] is what an operator writes. [New] makes a [Gate] of it, which tells
// whom credentials belong to. What that [Identity] may do are its [Rights]; nil
// is everything. Rights and gates are never changed and may be asked from any
// goroutine. [Publisher] and [Permits] remember things for one connection and
// belong to it.
//
// The time that a comparison takes does not tell which part of a credential was
// wrong, as long as the secret is configured in clear.
package access
