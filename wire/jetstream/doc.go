// Package jetstream is the subjects by which clients ask a server that stores about a consumer of a stream, or a stream for a
// message.
//
// It owns how such a subject is told from all others, with a domain in it or without. It promises to allocate nothing, as it looks
// at every request that goes over a link. It must not know who asks, or what is stored.
package jetstream
