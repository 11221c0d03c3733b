// Package callout is what a broker and a service that knows its users write to each other:
// a question, who somebody is, and an answer. The letters are those that NATS servers
// write, so a service that was made for one of them can stay as it is.
//
// It owns the letters and what makes them trustworthy. A question is signed by the broker. It
// names a user's key that was made for it and for nothing else, and the answer has to be
// about that key, and for this broker: so an answer that is late, forged, or was given before
// is an answer to no question. Where the service has a curve key, only the service can read
// the question, and the answer may be closed in the same way.
//
// [Keys] are the broker's side, [Service] is the other one. It promises that nothing of what
// a client has presented is in an error. It must not know who carries the letters, and it
// does not say what a user may do: package operator judges the claims.
package callout
