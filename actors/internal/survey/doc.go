// Package survey asks the actors of a broker about themselves, from outside of them, and pages the answers.
//
// It owns how long the askers wait, and how a page is cut out of many answers. It promises that whoever asks does
// not hang because an actor does, that asking slows no client down, and that an actor which does not answer is
// counted and not passed over in silence. It must not keep anything: every answer is asked for anew.
//
// # How it is asked
//
// A question is posted from a goroutine of its own. Posting to an idle actor means running it, so an actor that
// hangs keeps that goroutine and not the one who asks ([Ask]). Many connections are asked by one goroutine, one
// after the other. If nothing is heard for askPatience another goroutine goes on behind the one that is stuck, up to
// askers of them. What is silent then is left out and counted ([Survey]).
//
// The list of connections is read from the actor system's own registry, shard by shard: nobody is asked for it, and
// nobody waits. What must not miss anybody, a stop or a reload, asks the group of connections instead.
package survey
