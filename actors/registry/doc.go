// Package registry is where accounts come from that an operator has signed, while the broker
// runs: a directory that is filled by messages, or a server that is asked.
//
// It owns the directory of tokens and the requests $SYS.REQ.CLAIMS.* and
// $SYS.REQ.ACCOUNT.*.CLAIMS.*, by which nsc pushes, pulls, lists and deletes accounts. It promises
// that a token is on the disk, whole, before anybody is told that it is in force; that a crash or
// a full disk leaves each account with the token it had; that nothing comes into force that no
// trusted operator has signed, and nothing older than what is in force, so that a token from
// before a revocation cannot be played again. It must not judge users, and it uses
// nothing of the broker that another extension could not use.
//
// [Open] prepares the directory. [Registry.Fill] gives a configuration the accounts that are
// known before the start. [Registry.Serve] starts the actor that answers in the system account.
// The broker asks [Registry.Lookup] for an account when a user of it comes and nobody knows the
// account.
//
// A directory has one file for each account, of the form that nats-server has, so either can take
// over from the other. A file is written under another name and then renamed; what is left of a
// crash in between is deleted by the next start.
package registry
