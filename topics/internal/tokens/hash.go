package tokens

import "hash/maphash"

// seed is one per process: every partition must agree on every hash, and a
// client must not be able to choose subjects that collide.
var seed = maphash.MakeSeed()

// Hash is the hash of a subject, of a pattern, or of their first tokens.
func Hash(s string) uint64 { return maphash.String(seed, s) }
