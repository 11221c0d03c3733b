// Package tokens takes subjects and patterns apart without copying them.
//
// It owns what the packages of topics share: where a token ends, which one is a wildcard, how
// tokens match, and the hash by which all of them find something.
//
// It promises to allocate nothing, and that [Hash] is the same for the life of the process. It
// does not judge what it is given: the rules are those of package topics.
package tokens
