// Package chain is what makes the lines of an audit log a log: checks, seals and segments.
//
// It owns the form of a [Line] with its check; the [Tape], which is what is hashed of the lines
// between two seals; the [Group] of lines that get one [Seal]; the [Head] that a segment begins
// with; and the names of segments.
//
// It promises that there is one way only to write what it reads, so that any other is an
// alteration, and to trust nothing that a file says before its seal has been looked at. It must not
// know what a record tells, and writes no file.
//
// # The hash
//
// A seal's hash is the SHA-256 of the seal's hash before (zeros for the first) and of a tape. On
// the tape each record's line is cut at `,"time":"` and at `,"event":"` into three parts, each
// followed by a line feed. The second or third part is left empty if it equals that of the record
// before in the same group, and the first one if its n and seq are those of the record before and
// one, in as many digits: so that most of the hashing is spared. Other lines are on it as they
// are, and a line feed; of the seal itself, what is before its hash. Checks are not on it: they
// follow from the rest. The signature is Ed25519, by an nkey, of "troupe audit seal 1\n" and the
// hash's 32 bytes, in base64 for URLs.
package chain
