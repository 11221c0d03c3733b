package session

import (
	"cmp"
	"time"
	"unique"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/settings"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// Session is who a client is, and what it may do. The connection's actor owns it.
type Session struct {
	Settings *settings.Settings // those that the client was judged by
	Endpoint *transport.Endpoint
	Link     transport.Link
	cid      uint64
	Started  time.Time

	Internal bool // it is a part of the broker
	yielded  bool // it goes because its account is too full, and is not counted there any more

	Identity  *access.Identity // nil until it is known
	Account   *account.Account // as it is configured now; nil before the client has come in
	Options   Options
	said      unique.Handle[Said] // most say the same as others: all clients of one program have it in common
	Nonce     string              // what an nkey is to sign; empty if there is none
	Proof     *Proof              // a CONNECT whose secret is being checked; nothing is parsed meanwhile
	publisher *access.Publisher   // remembers what the client may publish; nil without rights
	permits   *access.Permits     // the replies that it may send; nil if it needs no permits
	seen      *report.Origin      // what others are told of it; nil until somebody asks
}

// New is that of a client that has just come, and may have to say who it is.
func New(cid uint64, a *transport.Arrival, l transport.Link, now *settings.Settings) Session {
	s := Session{
		Settings: now, Endpoint: a.Endpoint, Link: l, cid: cid,
		Internal: a.Internal(), said: nothing,
	}
	first := wire.DefaultConnect()
	s.Take(&first)
	if a.External() && (now.Gate.Challenges() || now.Proxies.Any() || a.Endpoint.IsForLeafNodes()) {
		s.Nonce = newNonce()
	}
	return s
}

// Authorized reports whether it is known who the client is.
func (s *Session) Authorized() bool { return s.Identity != nil }

// User is whom the client has authenticated as, empty for nobody.
func (s *Session) User() string {
	if s.Identity == nil {
		return ""
	}
	return s.Identity.Name
}

// AccountName is the account that the client is in, empty if it has not come in.
func (s *Session) AccountName() string {
	if s.Account == nil {
		return ""
	}
	return s.Account.Name
}

// kind is how the client has come, as rules about connection types call it.
func (s *Session) kind() string {
	if addr := s.Link.Conn().RemoteAddr(); addr != nil && addr.Network() == "pipe" {
		return access.InProcess
	}
	return s.Endpoint.ConnectionType()
}

// address is where the client is, empty if it is in this process.
func (s *Session) address() string {
	addr := s.Link.Conn().RemoteAddr()
	if addr == nil || s.kind() == access.InProcess {
		return ""
	}
	return addr.String()
}

// Stranger is whom the client is without saying so, nil if it must say.
func (s *Session) Stranger() *access.Identity {
	return s.Settings.Gate.Stranger(s.kind(), s.Endpoint.State().Mapped)
}

// Known is what is known of the client without its saying so.
func (s *Session) Known(now time.Time) access.Credentials {
	known := access.Credentials{Kind: s.kind()}
	if s.Endpoint.State().Mapped {
		known.Names = transport.CipherOf(s.Link).Names()
	}
	if gate := s.Settings.Gate; gate.Signs() || gate.Delegates() {
		known.Host, known.Now = transport.ClientHost(s.Link.Conn()), now
	}
	return known
}

// Refusal says why a CONNECT is refused whoever it is from, nil if it is not.
func Refusal(o *wire.Connect) *wire.Error {
	switch {
	case o.Protocol < 0 || o.Protocol > 1:
		return wire.ErrClientProtocol
	case o.Account != "" || o.NewAccount:
		return wire.ErrAuthorization
	default:
		return nil
	}
}

// Introduce keeps what a CONNECT says of the client that is no secret, be it let in or not.
func (s *Session) Introduce(o *wire.Connect) {
	tried := report.Brief(tried(o, transport.CookiesOf(s.Link).JWT))
	s.change(func(now *Said) { now.Name, now.Lang, now.Version, now.Tried = o.Name, o.Lang, o.Version, tried })
}

// tried is whom a CONNECT claims to be from: never a secret. A token that nobody has signed is one.
func tried(o *wire.Connect, cookie string) string {
	switch {
	case o.NKey != "":
		return o.NKey
	case o.User != "":
		return o.User
	case o.JWT != "" || cookie != "":
		return cmp.Or(access.SubjectOf(cmp.Or(o.JWT, cookie)), "a token that cannot be read")
	case o.AuthToken != "":
		return "a token"
	}
	return ""
}

// Tried is whom a client says that it is that has not come in, or has come in as somebody else: what its CONNECT
// named, else the subject of its certificate. It is empty where nothing is known.
func (s *Session) Tried() string {
	tried := s.Said().Tried
	if tried == "" && s.Identity == nil {
		return report.Brief(transport.CipherOf(s.Link).Names().Subject())
	}
	return tried
}

// Vouched has a proxy that is trusted vouch for the connection, if its CONNECT says that one does. It reports false if that is not
// so. Where no proxies are trusted nobody looks.
func (s *Session) Vouched(o *wire.Connect) bool {
	shown := o.ProxySig
	o.ProxySig = s.Settings.Proxies.By(s.Nonce, shown)
	return shown == "" || o.ProxySig != "" || !s.Settings.Proxies.Any()
}

// Claim is what a CONNECT says of who the client is. It takes the secrets out of it.
func (s *Session) Claim(o *wire.Connect, now time.Time) *access.Claim {
	shown := s.Known(now)
	shown.User, shown.Password, shown.Token = o.User, o.Pass, o.AuthToken
	shown.NKey, shown.Sig, shown.Nonce = o.NKey, o.Sig, s.Nonce
	page := transport.CookiesOf(s.Link)
	shown.JWT = cmp.Or(o.JWT, page.JWT)
	shown.User, shown.Password = cmp.Or(shown.User, page.User), cmp.Or(shown.Password, page.Password)
	shown.Token = cmp.Or(shown.Token, page.Token)
	o.User, o.Pass, o.AuthToken, o.JWT, o.NKey, o.Sig = "", "", "", "", "", ""
	return s.Settings.Gate.Claim(shown)
}

// VoidProof is for a connection that ends.
func (s *Session) VoidProof() {
	if s.Proof != nil {
		s.Proof.void.Store(true)
		s.Proof = nil
	}
}

// Origin is what others are told of the client. It is made when somebody first asks
// for it: most connections are never asked, and nothing is kept for them.
func (s *Session) Origin() *report.Origin {
	if s.seen == nil {
		said := s.Said()
		s.seen = &report.Origin{
			CID:         s.cid,
			Kind:        s.Endpoint.Kind,
			Address:     s.address(),
			User:        s.User(),
			Tried:       s.Tried(),
			Account:     s.AccountName(),
			Name:        said.Name,
			Lang:        said.Lang,
			Version:     said.Version,
			Start:       s.Started,
			Permissions: s.Permissions(),
			Expires:     s.Identity.Until(),
		}
		if s.Identity != nil && s.Identity.Token != nil {
			s.seen.UserName, s.seen.AccountName = s.Identity.Token.Label, s.Account.Label
		}
	}
	return s.seen
}

// Issuer is the key that has signed the client's token, or the account of a user on a list; empty for who is nobody.
func (s *Session) Issuer() string {
	switch {
	case s.Identity == nil:
		return ""
	case s.Identity.Token != nil:
		return s.Identity.Token.Issuer
	case s.Identity.Name != "":
		return s.Identity.Account
	}
	return ""
}

// Permissions are what the client may do, as they are written down; nil is
// everything.
func (s *Session) Permissions() *access.Permissions {
	switch {
	case s.Identity == nil:
		return nil
	case s.Identity.Token != nil:
		return s.Identity.Token.Permissions
	default:
		return s.Settings.Policy.PermissionsOf(s.AccountName(), s.Identity.Name)
	}
}
