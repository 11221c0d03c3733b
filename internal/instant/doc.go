// Package instant is times that a process keeps for itself, each in a third of a [time.Time].
//
// It owns [Instant], which counts from the beginning of the process by the clock that nobody sets. It promises that an
// instant of something that has happened is never [Never]. It must not be shown: who is told of a time is told by [time.Time].
package instant
