package session

import (
	"cmp"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/fair"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/wire"
)

// Join finds the account that somebody is in, and takes a place there. entered is
// whether it is another one than before; it is nil, and the session is where it was,
// if the account is full or gone.
func (s *Session) Join(who *access.Identity) (a *account.Account, entered bool) {
	a = s.Settings.Accounts.Named(who.Account)
	switch {
	case a == nil:
		return nil, false
	case s.Account != nil && s.Account.Number == a.Number:
		return a, false
	case !s.admitted(a):
		return nil, false
	}
	s.LeaveAccount()
	s.Account = a
	return a, true
}

// admitted takes a place in an account, if there is one.
func (s *Session) admitted(a *account.Account) bool {
	switch {
	case s.Endpoint.Kind == transport.KindLeaf:
		return a.AdmitLink()
	case s.Endpoint.IsForLeafNodes():
		return a.AdmitLeafNode()
	case s.Internal:
		return true
	}
	return a.Admit()
}

// LeaveAccount takes the client off the count of its account.
func (s *Session) LeaveAccount() {
	switch {
	case s.Account == nil:
	case s.Endpoint.Kind == transport.KindLeaf:
		s.Account.LeaveLink()
	case s.Endpoint.IsForLeafNodes():
		s.Account.LeaveLeafNode()
	case !s.Internal && !s.yielded:
		s.Account.Leave()
	}
}

// Yield gives the client's place in its account up, if that is too full.
func (s *Session) Yield() bool {
	s.yielded = !s.Internal && s.Account.Yield()
	return s.yielded
}

// RenewAccount takes over what has changed about the account, and reports whether it
// imports other streams. there is false if the account is gone, or if another one of
// its name has come meanwhile, which knows nothing of the client.
func (s *Session) RenewAccount() (otherStreams, there bool) {
	before := s.Account
	if before == nil {
		return false, true
	}
	now := s.Settings.Accounts.Named(before.Name)
	if now == nil || now.Number != before.Number {
		return false, false
	}
	s.Account = now
	return !before.SameStreams(now), true
}

// Renewed is whom the client is by the settings in force, nil if it may not stay. It
// has been judged by the gate old.
func (s *Session) Renewed(old *access.Gate, now time.Time) *access.Identity {
	if s.Endpoint.Kind == transport.KindActor {
		return ResidentBy(s.Settings.Gate, s.Identity)
	}
	return s.Settings.Gate.Renew(old, s.Identity, s.Known(now))
}

// ResidentBy is whom an actor is by a gate, nil if there is no such user. It proves
// nothing, and may be nobody in particular.
func ResidentBy(gate *access.Gate, who *access.Identity) *access.Identity {
	if who.Name == "" {
		return who
	}
	return gate.Named(who.Name)
}

// SetIdentity notes whom the client is known as.
func (s *Session) SetIdentity(who *access.Identity) {
	s.Identity = who
	s.change(func(now *Said) { now.Tried = "" })
	s.seen = nil
}

// Overrun is what happens when too much waits for the client.
func (s *Session) Overrun() string {
	return cmp.Or(s.Identity.Overrun, s.Settings.Overrun)
}

// ApplyRights lets the client do what the rights of whom it is say, and nothing else.
func (s *Session) ApplyRights() *access.Rights {
	r := s.Identity.Rights
	s.publisher, s.permits = r.NewPublisher(), r.NewPermits()
	return r
}

// NeedsPermits reports whether the client may answer only what it has been sent. Most
// clients do not, and nobody has to look at the clock for them.
func (s *Session) NeedsPermits() bool { return s.permits != nil }

// AwaitsPermit reports whether a message can only be published on a permit that
// is not there, but may be when the batch before it is committed. It is for a client
// that needs permits.
func (s *Session) AwaitsPermit(subject []byte, now time.Time) bool {
	return s.Account.Mappings != nil || !s.publisher.May(subject) && !s.permits.Open(subject, now)
}

// MayPublish reports whether a message may be published without a permit.
func (s *Session) MayPublish(subject []byte) bool {
	return !access.ReservedSubject(subject) && s.publisher.May(subject)
}

// UsePermit uses the permit of a message up, and reports whether there was one.
func (s *Session) UsePermit(subject []byte, now time.Time) bool {
	return s.permits != nil && !access.ReservedSubject(subject) && s.permits.Use(subject, now)
}

// Grant lets the client answer to a reply subject, if it may not anyway.
// by has asked for it.
func (s *Session) Grant(reply []byte, by fair.Owner, now time.Time) {
	if len(reply) > 0 && !s.Identity.Rights.MayPublish(reply) {
		s.permits.Grant(string(reply), by, now)
	}
}

// Tidy forgets what the client may answer no more.
func (s *Session) Tidy(now time.Time) { s.permits.Tidy(now) }

// MaySubscribe decides about a SUB.
func (s *Session) MaySubscribe(subject, queue []byte) access.Decision {
	switch {
	case access.ReservedQueue(queue):
		return access.Denied
	case s.Identity.Rights == nil:
		return access.Allowed
	default:
		return s.Identity.Rights.Subscribe(string(subject), string(queue))
	}
}

// IsFiltered reports whether the deliveries to a subscription about which was decided
// must be asked about or noted.
func (s *Session) IsFiltered(d access.Decision) bool { return d == access.Filtered || s.permits != nil }

// maxPayload is the largest payload that the client may send, in bytes.
func (s *Session) maxPayload() int {
	return account.Least(s.Account.MaxPayload(s.Settings.MaxPayload), s.Identity.Limits().MaxPayload)
}

// MaxSubscriptions is how many subscriptions the client may have; 0 is no limit.
func (s *Session) MaxSubscriptions(everybody int) int {
	return account.Least(s.Account.MaxSubscriptions(everybody), s.Identity.Limits().MaxSubscriptions)
}

// Limits are those of what the client may send.
func (s *Session) Limits() wire.Limits {
	return wire.Limits{MaxControlLine: s.Settings.MaxControlLine, MaxPayload: s.maxPayload()}
}

// Expired says what has ended of what the client has come in with, nil if nothing has.
func (s *Session) Expired(now time.Time) *wire.Error {
	switch until := s.Identity.Until(); {
	case until.IsZero() || now.Before(until):
		return nil
	case s.Identity.Token.OfAccount:
		return wire.ErrAccountExpired
	default:
		return wire.ErrAuthExpired
	}
}
