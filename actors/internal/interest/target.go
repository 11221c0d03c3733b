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
	WantsOrigin bool        // it is to know who has published what it gets; never changes
	Headers     atomic.Bool // takes HMSG
	Fence       fence
	Pending     *Pending // what waits for its client; that of all targets of one actor

	Rights     atomic.Pointer[access.Rights] // what a filtered subscription may receive
	Congestion atomic.Pointer[congestion]    // nil while its client keeps up
	Account    *account.Account              // whose subjects it subscribes to; nil before its client has come in
	special    *special                      // nil for nearly everybody
}

// special is what few targets have.
type special struct {
	shadow *Shadow     // of the target of a shadow
	face   *Face       // of a server's
	traces atomic.Bool // the server traces messages that ask for it
	tells  atomic.Bool // the server, of a route, understands which leaf nodes a message comes from
}

// Traces reports whether a server traces messages that ask for it.
func (t *Target) Traces() bool { return t.special != nil && t.special.traces.Load() }

// SetTraces says so, of a server's target.
func (t *Target) SetTraces(traces bool) { t.special.traces.Store(traces) }

// TellsOrigins reports whether a server understands which leaf nodes a message comes from, or who of them wants one.
func (t *Target) TellsOrigins() bool { return t.special != nil && t.special.tells.Load() }

// SetTellsOrigins says so, of a server's target.
func (t *Target) SetTellsOrigins(tells bool) { t.special.tells.Store(tells) }

// Like has a server's target take what another one of the same server takes.
func (t *Target) Like(of *Target) {
	t.Headers.Store(of.Headers.Load())
	t.SetTraces(of.Traces())
	t.SetTellsOrigins(of.TellsOrigins())
}

// Shadow is what the target of a shadow knows, nil for others.
func (t *Target) Shadow() *Shadow {
	if t.special == nil {
		return nil
	}
	return t.special.shadow
}

// Face is how messages look for a server, nil for others.
func (t *Target) Face() *Face {
	if t.special == nil {
		return nil
	}
	return t.special.face
}

// Cluster is that of a leaf node, empty for others.
func (t *Target) Cluster() string {
	if f := t.Face(); f != nil {
		return f.Cluster
	}
	return ""
}

// SetServer makes it the target of a server. It is called before the target is used.
func (t *Target) SetServer(k Kind, f *Face) { t.Kind, t.special = k, &special{face: f} }

// Successor is the target of the same actor in another account.
func (t *Target) Successor(a *account.Account) *Target {
	return &Target{ID: t.ID, PID: t.PID, Kind: t.Kind, Pending: t.Pending, WantsOrigin: t.WantsOrigin, Account: a}
}
