package index

import "github.com/troupe-mq/troupe/topics/internal/tokens"

// hash is what a subject and a pattern are looked up by. It stands here so that it is
// inlined where an index is used: the compiler finds no body for it in a package that
// only the generic code of this one imports.
func hash(s string) uint32 { return uint32(tokens.Hash(s)) }
