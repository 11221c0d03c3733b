// Package account is worlds of subjects: what an account shares with others, how many may
// be in it, and how messages cross from one into another.
//
// It owns the [Set] of accounts that is in force, their numbers, their mappings, and the
// reply routes that are open. It promises that an [Account] is never changed but for what
// it counts, that an account keeps its number and its counters by its name across
// reloads, and that a message which nobody exports and imports is seen in no other
// account. It must not know a connection or a batch.
//
// What is wrong with the description of accounts is said by package access before a Set is
// made of it.
//
// # Numbers
//
// The number of an account is that of its index in each partition. An entry of a batch has
// the number of the account that it is routed in, so nothing is compared when a message is
// matched. A number is not given to another account when its own is gone. The global
// account is [GlobalNumber].
//
// # Streams
//
// A stream that an account imports is there as shadows. A SUB that may match some of it
// makes the connection subscribe a second time, in the index of the account that exports:
// to the pattern that the names have there (Mapping.Before in package topics/mapping).
// Package interest has the shadow, and package commit translates its messages.
//
// # Services
//
// A request to a service that an account imports gets a second entry in the batch, behind
// its own, with its subject and reply as they are in the other account. Its reply is a
// [ReplyRoute]: a subject that cannot be guessed, good for one answer or for a stream of
// them, and for the time that the export promises. What is published to it gets a second
// entry in turn.
//
// The reply routes of one account are shared by connections of two accounts, so they have
// a lock, which is held for a look into a map. Their bytes are bounded (maxReplyBytes). When
// these are used up, the importer who holds most loses its oldest (package fair), and the
// connection that has asked complains of it.
//
// # Who asks
//
// The account that offers a service is told which account asks, and who of it if that account shares it: the header
// wire.RequestInfo, which the connection writes into the second entry. One that the asker has written is gone there.
//
// # How long it takes
//
// The answer to a request is timed where the export asks for that. The reply route has what is known of the request; the commit
// of the answer tells the rest. A route that ends without an answer tells why, when its lock is given back.
//
// # Mappings
//
// A mapping gives a message another name as soon as it is parsed, and once. The name is what
// is judged by permissions, taken to other accounts, matched, delivered and shown to taps. A
// request that comes into an account by a service is mapped there too. Where several
// patterns match a subject, the narrowest counts.
package account
