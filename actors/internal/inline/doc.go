// Package inline is the actor by which those publish who are no actors: programs that embed a broker.
//
// It owns the actor, and the list of those who wait for answers. It promises that a message is copied before who
// published it may use its memory again, that who publishes waits until it is done and is told if it is refused, and that
// there is one actor for all of them, spawned when it is wanted first. It must not know the data path: it is a client like
// any other, by package client.
package inline
