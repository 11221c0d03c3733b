// Package doorkeeper is an actor that says who may come in, out of whatever knows that: a
// table, a directory, a file.
//
// It owns the letters that come in and have no answer yet. It promises that one judgement that
// takes long holds up no other, for as many as AtOnce at a time; that what nobody waits for
// any more is not judged; and that a judgement that panics is a refusal and an event, and
// nothing else. It must not know where users come from: that is [Config.Judge].
//
// The broker is told of it by Config.AuthCallout, as it is of any service outside: the
// issuer is the public key of the pair by which the actor signs, and the user as whom it joins
// is one of those who come in without it.
package doorkeeper
