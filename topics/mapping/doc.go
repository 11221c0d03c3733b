// Package mapping gives subjects other names.
//
// It owns two kinds of rules, each made of a pattern and of a target that spells the name:
//
//   - a [Mapping] moves tokens about, and leads back: [Mapping.Before] finds the subjects behind
//     a pattern of names. What an account imports is named so;
//   - a [Transform] may also cut tokens up, hash them and leave them out. What an account maps is
//     named so.
//
// It promises that a rule that [New] or [NewTransform] has made is never changed, so that any
// goroutine may use it, and that naming a subject by a Mapping allocates nothing but the name.
// It does not know who publishes or who subscribes, and does no I/O.
package mapping
