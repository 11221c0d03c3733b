package operator

import (
	"cmp"
	"crypto/ed25519"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"

	"github.com/troupe-mq/troupe/actors/access"
)

// Admit says who presents a token, nil if nobody may come in with it.
func (a *Authority) Admit(presented *access.Credentials) *access.Identity {
	claims, err := jwt.DecodeUserClaims(presented.JWT)
	if err != nil && a.sentinel != "" {
		presented.JWT = a.sentinel
		claims, err = jwt.DecodeUserClaims(presented.JWT)
	}
	if err != nil || sound(claims, "") != nil {
		return nil
	}
	who, bearer := a.judge(claims, presented)
	if who == nil || !bearer && !signed(claims.Subject, presented) {
		return nil
	}
	if in := a.accounts[who.Account]; in.asks(claims.Subject) {
		who.Token.Ask = in.callout
	}
	return who
}

// Unknown is the account of a token that is sound but for that nobody knows the account, or
// that the account's own token has ended; else it is empty.
func (a *Authority) Unknown(presented *access.Credentials) string {
	u, err := jwt.DecodeUserClaims(presented.JWT)
	if err != nil || sound(u, "") != nil || !u.BearerToken && !signed(u.Subject, presented) {
		return ""
	}
	account := issuerOf(u)
	if !a.open(account) {
		return ""
	}
	if in := a.accounts[account]; in != nil && holds(in.claims.Claims(), presented.Now) || !nkeys.IsValidPublicAccountKey(account) {
		return ""
	}
	return account
}

// asks reports whether a service has to say who a user of the account is.
func (a *account) asks(user string) bool {
	return a.callout != nil && !slices.Contains(a.callout.Users, user)
}

// Renew says who somebody is who has come in, nil if it may not stay.
func (a *Authority) Renew(who *access.Identity, known *access.Credentials) *access.Identity {
	claims, ok := who.Token.Claims.(*jwt.UserClaims)
	if !ok {
		return nil
	}
	if by := who.Token.By; by != nil {
		return a.Answered(by, claims, known)
	}
	now, _ := a.judge(claims, known)
	if now == nil || a.accounts[now.Account].asks(claims.Subject) {
		return nil // the service has not been asked
	}
	return now
}

// signed reports whether the user has signed the nonce.
func signed(user string, presented *access.Credentials) bool {
	key, err := nkeys.Decode(nkeys.PrefixByteUser, []byte(user))
	return err == nil && access.Signed(ed25519.PublicKey(key), presented.Nonce, presented.Sig)
}

// judge says who a user is whose claims are genuine, nil if it may not come in now
// and by such a connection; and whether the token alone is enough of a proof.
func (a *Authority) judge(u *jwt.UserClaims, by *access.Credentials) (who *access.Identity, bearer bool) {
	in := a.accounts[issuerOf(u)]
	if in == nil || !a.open(in.claims.Subject) || !holds(in.claims.Claims(), by.Now) || !holds(u.Claims(), by.Now) {
		return nil, false
	}
	granted := in.grant(u)
	if granted == nil || in.claims.Revocations.IsRevoked(u.Subject, time.Unix(u.IssuedAt, 0)) {
		return nil, false
	}
	until, ok := admits(granted, by)
	if !ok || granted.BearerToken && in.claims.Limits.DisallowBearer {
		return nil, false
	}
	return in.identity(u, granted, until), granted.BearerToken
}

// issuerOf is the account of a user.
func issuerOf(u *jwt.UserClaims) string { return cmp.Or(u.IssuerAccount, u.Issuer) }

// grant is what the account lets a user do, nil if it has not signed it. A key that
// has a role signs users who have nothing of their own: they have what the role has.
func (a *account) grant(u *jwt.UserClaims) *jwt.UserPermissionLimits {
	scope, known := a.signs(u.Issuer)
	switch {
	case !known:
		return nil
	case scope == nil:
		return &u.UserPermissionLimits
	case scope.ValidateScopedSigner(u) != nil:
		return nil
	default:
		return a.role(scope, u)
	}
}

// identity is a user who has come in.
func (a *account) identity(u *jwt.UserClaims, granted *jwt.UserPermissionLimits, until time.Time) *access.Identity {
	token := &access.Token{
		Label: u.Name, Tags: u.Tags, Issuer: u.Issuer, Claims: u, Limits: limitsOf(jwt.NoLimit, jwt.NoLimit, &granted.NatsLimits),
		Permissions: permissionsOf(&granted.Permissions),
	}
	who := &access.Identity{Name: u.Subject, Account: a.claims.Subject, Token: token, Proxied: granted.ProxyRequired}
	if token.Permissions != nil || a.callout != nil && !a.asks(u.Subject) {
		if token.Permissions == nil {
			token.Permissions = a.permissions
		}
		token.Permissions = a.callout.Guard(token.Permissions, who.Account, u.Subject)
		who.Rights = access.NewRights(token.Permissions)
	} else {
		token.Permissions, who.Rights = a.permissions, a.rights
	}
	token.Until = earlier(until, u.Expires)
	if whole := earlier(token.Until, a.claims.Expires); !whole.Equal(token.Until) {
		token.Until, token.OfAccount = whole, true
	}
	return who
}

// earlier is the earlier of two times, either of which may be none.
func earlier(t time.Time, expires int64) time.Time {
	if expires == 0 {
		return t
	}
	if end := time.Unix(expires, 0); t.IsZero() || end.Before(t) {
		return end
	}
	return t
}

// comesBy reports whether a user who is restricted to some kinds of connection may
// come by this one.
func comesBy(kinds []string, kind string) bool {
	return len(kinds) == 0 || slices.ContainsFunc(kinds, func(k string) bool { return strings.EqualFold(k, kind) })
}
