// Package members is who is in a cluster, and what becomes of a connection that comes from one of its servers.
//
// It owns the [Table] of members, each with its strands: one connection, or those of a pool and of single accounts. It decides
// whether the name of the cluster holds, which of two connections to one server stays, who is told of whom, who dials what is
// missing of a route, and which accounts a strand is for. It promises that two brokers which decide about the same connections
// at the same time keep the same ones. It must not know a clock, an actor or a connection: these are numbers.
package members
