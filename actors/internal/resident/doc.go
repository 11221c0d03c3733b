// Package resident is an actor of somebody else's that lives in the broker, as its supervisor and
// whoever has started it see it.
//
// It owns what joining as a client needs of a broker ([Env]), the [Room] for what actors say, and what all incarnations of
// one actor have in common ([Spawned]): its name, its role, and whether its first incarnation has begun. It promises that whoever waits for
// an actor is told of a panic in its beginning as soon as it happens. It must not know what the actor does, nor what
// it says as a client: that is package client.
package resident
