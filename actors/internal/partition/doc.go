// Package partition is the actor of one share of the subjects.
//
// It owns the indexes of its share, one for each account, the recall of subscriptions after a crash,
// and the quarantine of commands that crash it. It promises that it never waits and never writes,
// that what it hands out is an immutable result, that no message is matched against half of the
// subscriptions, and that a batch goes on behind the one command that crashed it. It must not know a
// connection, a transport or an outbox: what it asks of connections it asks by messages, which are
// declared here.
//
// # What it does
//
// A partition walks its own route of a batch in order. A SUB and an UNSUB change the index. For a PUB
// it notes in the entry who gets it. Then it calls Batch.Finish and forgets the batch. It does not
// commit: package commit says why.
//
// How a subject finds its partition is in package topics. Patterns that concern all partitions are held
// once, in [Layout]; one partition subscribes and unsubscribes such a pattern for all ([Home]). An index
// also remembers results by subject: all partitions together remember cachedResults of them, in
// cachedBytes. What is stale is swept a moment later, so that it does not stay in memory.
//
// # Steps
//
// A batch that takes longer than a slice of a step goes on later, from where it was (package steps). So
// does one search that takes longer, and so do the subscriptions of a connection that has ended
// ([Withdraw]). All of these wait in one [backlog], of which one has its turn behind what is in the
// mailbox. A batch with more than a few SUBs or UNSUBs waits there
// from the beginning. So who asks for little waits for one slice, whether one client has left a hundred thousand
// subscriptions behind or a hundred clients have. Nobody waits for what was left behind, so that has every
// second turn.
//
// Time that is waited for the lock of what is common counts as work.
//
// # A crash
//
// The index may be what is broken, so it is not kept. What a successor gets is [State]: what the
// partition had promised to do.
//
// The successor asks every connection for the subscriptions that belong to it
// ([RecallSubscriptions]). What arrives meanwhile waits. A connection that does not answer within
// recallPatience is not waited for; its answer counts when it comes. The list of connections comes from
// their group, and is waited for however long it takes. Then the successor goes on with the batch that
// its predecessor was in the middle of, behind the command that crashed it: that one is answered with
// -ERR 'Internal Error', everything else in the batch is carried out, and after it what has waited. No
// client connects or subscribes again.
//
// What all partitions have in common may break too, in a change that crashes the one that makes it.
// Then nobody uses it any more: a new one begins, and every partition recalls its own and the whole of
// what is common before it handles the next message (partition.outdated).
//
// # Another number
//
// When there are to be more partitions or fewer, others take their place: a [Layout] of their own, with nothing in it. So a
// subject that moves is never looked for where it has been. Each connection gives them its subscriptions, and from then on it
// sends them what there is to be routed; that waits as in a recall. A connection that has moved needs the old ones for the
// batch in flight alone, which they were sent before. When all connections have moved and all of the new partitions have
// taken everything in ([Settle]), these serve ([Serve]): a subscription that concerns all partitions is in one of them, so that
// none may begin before the others. The old ones are stopped when they have done what was asked of them ([Retire]).
//
// A SUB that is acknowledged is in force for every publisher: that of the new ones waits until all have moved, and whoever has
// moved publishes there.
//
// # Quarantine
//
// A command that crashes partitions again and again would have them do nothing else. One that has
// crashed them poisonTolerated times within poisonMemory at the same place is refused without being
// tried, until that time has passed. It is known by its verb, its subject and the innermost calls.
package partition
