// Package access decides who may come in, and what they may publish, subscribe
// to and receive. It is pure: it knows no connection and no clock, takes what
// CONNECT presented or what a command names, and says yes or no.
//
// It owns the rules: users, permissions, accounts, exports and imports, mappings, and what is
// wrong with any of these. It promises that the same question has the same answer for as long
// as a gate is in force. It must not know who acts on an answer, and nothing in it waits.
//
// [Policy] is what an operator writes. [New] makes a [Gate] of it, which tells
// whom credentials belong to. What that [Identity] may do are its [Rights]; nil
// is everything. Rights and gates are never changed and may be asked from any
// goroutine. [Publisher] and [Permits] remember things for one connection and
// belong to it.
//
// A name is allowed or denied by patterns. A SUB is compared as if its pattern were a subject;
// if it overlaps what is denied, the decision is Filtered, and each delivery is asked about.
// With allow_responses a [Permits] books the replies that a client may answer.
//
// The time that a comparison takes does not tell which part of a credential was
// wrong, as long as the secret is configured in clear.
package access
