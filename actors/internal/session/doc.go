// Package session is who a client is and what it may do.
//
// It owns the identity of one connection's client, the account that it is in, what CONNECT said
// without its secrets, and the permits to answer that it has. It promises that no secret is
// kept once it is compared, and that a reload judges a client by the same rules as its CONNECT was
// judged by. It must not know a batch or a tap, and it does not act: the connection refuses, closes
// and subscribes.
//
// # Who
//
// access.Gate says whom credentials belong to. Where an endpoint maps, the client's certificate
// takes the place of the name in CONNECT: e-mail addresses, host names, URIs, then the subject
// (certificate.Names). A client that is an actor proves nothing: it is whom it has joined as.
//
// A bcrypt hash takes long to compare, by design. That is done on a goroutine of its own
// ([Proofs]), a few at a time, and each address has its turn. The connection parses nothing
// meanwhile and hears the answer as a message ([Proved]). Its deadline for CONNECT goes on, and
// what nobody waits for any more is not begun.
//
// # What
//
// access.Rights say what an identity may do. Nil is everything, and is all that a client without
// permissions costs. A PUB is judged when it is parsed, once for a run. What a connection may
// publish it remembers by subject (access.Publisher). A SUB is compared with the rules as if its
// pattern were a subject. If it overlaps what is denied, its deliveries are asked about one by
// one, before they count.
//
// With allow_responses the reply subjects of messages travel beside their bytes, and the
// receiving connection books them (access.Permits).
//
// # Signed accounts
//
// With an operator there is no list of users. The configuration has the tokens of accounts;
// package access/operator judges them by the time that it is and makes ordinary accounts of
// their claims. A client presents its user's token and signs the nonce. The identity keeps the
// claims and not the token: at a reload they are judged again by the accounts in force, without
// a signature. When a user's time is up the connection's own timer notices
// ([Session.Expired]).
package session
