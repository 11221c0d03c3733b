// Package client is how an actor takes part in the broker as a NATS client does: it subscribes, publishes, asks and
// answers. Clients outside cannot tell it from any other service.
//
// It owns [Client], which is a connection without a socket, and what an actor is sent through it: [Message],
// [Response], [Refused], [Flushed], [Detached]. It promises that no method of a Client waits, that what one Client asks
// for is done in that order and arrives in that order, and that the same rights, limits and rules about slow consumers
// hold for it as for a client from outside. It must not know the connection that serves it, nor the parser: what the
// actor says goes there as bytes, and what comes back is read from bytes.
//
// # Use
//
// Only an actor that lives in the broker can join: one of actors.WithActor or Broker.Spawn, or a tap. It joins in
// Started, and again in each incarnation:
//
//	case *actor.Started:
//		c, err := client.Join(ctx, client.Options{})
//		if err != nil {
//			panic(err) // the supervisor tries again, later and later
//		}
//		_, err = c.QueueSubscribe("echo.>", "echo")
//	case *client.Message:
//		err := e.client.Respond(m, m.Data)
//
// An actor that has joined is sent, beside the messages of other actors:
//
//   - *[Message], when a subscription matched;
//   - *[Response], when a [Client.Request] was answered, found nobody, or found nobody in time;
//   - *[Flushed], when all that was asked for before a [Client.Flush] has been done;
//   - *[Refused], when the broker has not done something, for the reason in its text: mostly a permission;
//   - *[Detached], when the client has ended and the actor has not closed it: it was too slow, or its connection crashed. The
//     actor may join again, or stop.
//
// # Nothing waits
//
// No method of a Client blocks, so Receive stays short. The other side of this is [ErrBusy]: when too much of what actors
// have said is not done yet, a method says so, and the actor has to slow down. All actors share one room (saidShare), and
// who takes much of it leaves some to the others, so that one that says little is never told so because of a flood. The
// methods return what is wrong with a call before it is made: [ErrSubject], [ErrPayload] and their like. What the broker
// finds wrong later comes as a Refused.
//
// An actor that speaks without end lets others run once in a slice of a step (package steps): its methods do so.
//
// Publish and Respond may be called from any goroutine. All else is for the actor's Receive.
//
// # How it works
//
// An actor that has joined has a connection of its own, with the parser, the rights, the batches, the outbox and the ledger of
// all others. What it says is encoded as commands into a pipe, which has a lock and is the source of that connection. The
// connection takes it in pieces of about the size of a read. So nothing that holds for a client has to be told twice. What the
// connection would write is read back, message by message, and sent to the actor with the publisher's Origin.
//
// Mailboxes have no limit, so there is a window: a full window is to the connection what a full socket is, and all that is said
// about slow consumers follows from it. There is no reader: the actor's goroutine lends itself when it speaks. An idle actor costs
// no goroutine.
//
// The actor runs on a goroutine of its own and not on its publishers', because nobody knows what it does. While it takes its time,
// messages wait: some in its mailbox (as much as outbox.Share says), the rest in its connection.
//
// The package wraps each such actor ([Wrap]): it makes room in the window when a message is handled, also after a panic, turns
// answers into Responses, and closes the clients when the actor stops or restarts.
package client
