// Package stats counts what the broker does: counters of the whole broker, counters of
// each account, and the tally of each connection.
//
// It owns [Counters], [AccountCounters] and [Connection], and the arithmetic of the
// ledger. It promises that both sums of the ledger hold when the broker is at rest,
// also after a crash of a connection, and that counting a message costs no atomic
// operation. It must not know who asks for the numbers, and it must not import anything
// that has a client's state.
//
// # The ledger
//
//	In     = Routed + NoInterest + Refused          messages
//	Copies = Delivered + Waiting + all of Dropped   one copy for each subscription
//
// Every published message is one of routed, unwanted or refused. Every copy of it is
// delivered, waiting, or dropped for a reason that has a name. Waiting is what the other
// numbers leave open: a copy that was lost without being counted would stay there for
// ever, so such a mistake shows. Delivered means that the transport took the bytes. It
// does not mean that the client has read them.
//
// # When it is counted
//
// A connection counts into its own [Connection.Tally] with plain additions. It adds the
// tally to the broker's counters once for a commit and once when its mailbox is empty
// ([Connection.Settle]). It never does that for each message.
//
// A connection that crashes settles too ([Connection.SettleCrashed]). What it had begun
// to publish and not carried out counts as refused. Copies that were made and not posted
// count as dropped.
//
// # Accounts
//
// The global account has no counters of its own. Its numbers are what is left of the
// broker's own when those of the other accounts are taken away, so nothing is counted
// twice where there is only one account. Clients that are a part of the broker are
// counted for the ledger, and taken out again where clients are shown
// ([Counters.Internal]).
package stats
