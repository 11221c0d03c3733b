// Package parking is where connections are that nothing comes from: without a goroutine.
//
// It owns the [Lot], which looks which readers have waited for long and has them park, the queue of the operating system that
// tells when something has come, and the goroutine that hears it. It promises that one who parks while something comes is woken,
// that each is woken once, and that one whose waking crashes keeps no other from being woken. It must not read: what has come
// stays in the socket until its reader takes it. Nor must it know what a reader is: it has [Sleeper]s.
//
// # Why
//
// A reader that waits for its client has a stack, which is nearly half of what an idle connection costs. It needs none: the
// kernel holds what comes meanwhile. A reader that has something to do keeps its goroutine, and waits by the runtime's own
// poller for longAgo before it parks: so a client that sends again and again pays nothing for this.
//
// # How
//
// All that are awake are looked at in turn, so many at each look. One that is in the same read as longAgo is nudged: its read
// ends, and it parks, if it is still the time for that. Its descriptor is in the queue then, for one event. When that comes, or
// when it is woken by something else, it is taken out, and a goroutine goes on where the other one has left off.
//
// Where there is no such queue nobody parks. It is that of Linux.
package parking
