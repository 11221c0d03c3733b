// Package actorstest is a kit for tests of a broker and of actors that extend
// one: a broker on pipes, a client that speaks lines, sessions kept as text
// files, and an actor that remembers what it was sent.
//
// It is made for testing/synctest. Inside a bubble every step waits until
// nothing moves any more, so that a test never races with the broker, and time
// passes only by [Advance]:
//
//	synctest.Test(t, func(t *testing.T) {
//		b := actorstest.Start(t, actors.Config{PingInterval: time.Second})
//		c := b.Client(t)
//		c.Send("SUB greet 1")
//		c.Expect("+OK")
//		actorstest.Advance(t, time.Second)
//		c.Expect("PING")
//	})
//
// It owns what a test starts: it promises that this is stopped when the test ends, that
// nothing is logged after that, and that nothing in it waits for the wall clock inside a
// bubble. It must not be used outside of tests, and it does not reach into the engine: it is
// made of what an extension is made of.
//
// [Run] is the other kind of test: a broker with a port, for clients of other
// makes, by the clock on the wall.
//
// Outside a bubble the same calls wait for what they expect, for a few seconds
// of the wall clock at most.
package actorstest
