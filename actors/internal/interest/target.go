package interest

import (
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/account"
)

// Target is whom subscriptions deliver to, and what a commit must know of it without
// asking.
type Target struct {
	PID         *actor.PID
	ID          uint64 // unique in the broker; a connection's cid
	Kind        Kind
	Face        *Face       // nil for a client
	WantsOrigin bool        // it is to know who has published what it gets; never changes
	Headers     atomic.Bool // takes HMSG
	Fence       fence
	Pending     *Pending // what waits for its client; that of all targets of one actor

	Rights     atomic.Pointer[access.Rights] // what a filtered subscription may receive
	Congestion atomic.Pointer[congestion]    // nil while its client keeps up
	Account    *account.Account              // whose subjects it subscribes to; nil before its client has come in
	Shadow     *Shadow                       // nil but for the target of a shadow
}

// Successor is the target of the same actor in another account.
func (t *Target) Successor(a *account.Account) *Target {
	return &Target{ID: t.ID, PID: t.PID, Kind: t.Kind, Pending: t.Pending, WantsOrigin: t.WantsOrigin, Account: a}
}
