// Package actors is the broker: the way to run it, to embed it and to extend it.
//
// It owns [Broker], [Config] and the tree of actors with its policies. It promises that all of a configuration is in force or
// none, that a failure costs what its policy says and no more, and that [Broker.Stop] lets clients read what is queued for them and
// waits no longer than it was told to. It must not have any logic of the data path: what happens to a message is in the packages
// below actors/internal, and this package puts them together.
//
// # Run it
//
//	broker, err := actors.Start(ctx, actors.Config{})
//
// The zero [Config] listens on port 4222 with the defaults of nats-server. Config.NoListen leaves the port out; clients then come by
// [Broker.InProcessConn]. [Broker.Reload] puts another configuration into force. [Broker.LameDuck] asks clients to go elsewhere before
// the end. [Broker.Done] is closed when the broker has stopped, and [Broker.Err] says why if it did so by itself.
//
// # Look at it
//
// [Broker.Stats], [Broker.Accounts] and [Broker.Taps] read counters. [Broker.Connections], [Broker.Subscriptions],
// [Broker.Subscribers] and [Broker.Partitions] ask actors, and wait for them within a context. [Broker.Tree] and [Broker.History] show
// the actors and what became of those that failed. The answers are values of package report.
//
// # Extend it
//
// Extensions are actors, not hooks.
//
//   - An actor as a client: [WithActor] or [Broker.Spawn] puts it into the broker, and it joins by package client.
//   - A tap: [WithTap] or [Broker.AddTap] gives an actor the records of what happens. Package tap has the contract.
//   - A service for the people around the broker: [Broker.AddService]. The HTTP monitoring is one.
//   - A program that is no actor publishes by [Broker.Publish] and asks by [Broker.Request].
//
// # Study it
//
// [Broker.Inject] makes an actor panic, stall or go slow, and reports what that cost the others.
//
// # The path of a message
//
// Every connection is an actor. What one read of its socket brought is parsed into one batch of commands. The batch visits the
// partitions that it concerns, each of which is an actor and holds the subscriptions of its subjects. When the last of them is done the
// connection commits the batch in the order of its commands: it encodes the deliveries of each target and sends each target one message.
// One batch is in flight for each connection. Read internal/connection, internal/batch, internal/partition and internal/commit, in this
// order.
//
// # The tree
//
// The tree is in tree.go, with a policy for each group and the reason for it. Package supervisor carries the policies out. Those who
// watch are started first, then partitions, then whoever needs them.
//
// # The end
//
// Stop closes the listeners, stops the actors of others, then closes every connection, each of which may first write what is queued for it,
// gives the taps what is left, and stops the tree. Lame duck mode does it with more care: the listeners close, clients whose protocol knows
// it are told by INFO, everything works for the grace period, and then those that are left are closed one by one in random order. It is over
// as soon as no client from outside is connected.
package actors
