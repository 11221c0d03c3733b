// Package tracing reads what the headers of a message say about its being traced on its way.
//
// It owns the headers of NATS by which a message asks for a trace, and those of Jaeger, Zipkin and W3C by which it is part
// of a trace outside. It promises that a look whether there may be any allocates nothing, and that of a block of headers no more is
// read than a bound, whatever a client has written. It must not judge: who may have a trace, and where it goes, is for
// those to say who know the account.
package tracing
