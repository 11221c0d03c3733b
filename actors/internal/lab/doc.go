// Package lab is orders to misbehave. An actor that gets an [Order] panics, stalls or
// goes slow, so that people can see what that costs everybody else.
//
// It owns the kinds of faults and what each of them does. It promises that a fault
// happens in the actor that was named and on the goroutine that the actor runs on, as a
// real fault would, and that it is marked as ordered. It must not know who there is, and it
// does not decide who may give an order: the facade does, by the target of a Fault, and the
// monitoring, which opens the lab on a loopback address only.
//
// The actors that clients wait for look for orders themselves; all others are wrapped by
// [Obedient].
//
// A [Probe] is sent behind an order. The actor answers it when it is back. A probe that
// reaches nobody is answered with false by whoever takes the dead letters.
//
// A stall and a lag wait on the clock inside Receive. Nothing else in the broker does:
// here it is the purpose.
package lab
