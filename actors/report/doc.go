// Package report is what there is to know about a broker, as plain values: its
// connections, accounts, partitions, subscriptions, counters and ledger, the reasons why
// connections end, and who a client is.
//
// It owns these types and what they mean. It promises that every value is a copy, or is
// never changed, so that it may be kept and read from any goroutine. It must not ask
// anybody or compute anything about a running broker, and it must not import any part of
// the engine: the methods of actors.Broker fill these values in.
//
//   - [Stats], [Ledger] and [Account] are counters. They are read one after the other
//     while the broker works, so sums hold when it is at rest, and nearly hold otherwise.
//   - [Connection] and [Subscription] are what a connection has said about itself.
//     [ConnectionQuery] chooses connections, and [ConnectionPage] is the answer.
//   - [Partition] is what a partition has said about its index.
//   - [Origin] is who a message or an event comes from, as the broker knows it.
//   - [CloseReason] is why a connection ended, in the words of nats-server.
//
// Durations are time.Durations. Sizes are bytes. Counts are since the start of the broker
// unless a field says otherwise.
package report
