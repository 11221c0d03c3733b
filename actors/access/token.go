package access

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"github.com/nats-io/nkeys"
)

// Authority knows users by tokens that somebody it trusts has signed. It is never
// changed, and is asked from any goroutine.
type Authority interface {
	// Admit says who presents a token, nil if nobody may come in with it.
	Admit(presented *Credentials) *Identity
	// Renew says who somebody is whom this or another authority has let in, nil if it
	// may not stay. What it presented is not known any more but for its Token.
	Renew(who *Identity, known *Credentials) *Identity
	// Unknown is the account of a token that would be sound if the account were known,
	// empty if there is no such account.
	Unknown(presented *Credentials) string
}

// Token is what the token of a user says about it beside its rights. It is never
// changed.
type Token struct {
	Label       string       // what its owner calls the user, whose name is a key
	Tags        []string     // what its owner has marked the user with
	Issuer      string       // the key that has signed it: the account's or one of its signing keys
	Limits      Limits       // of the user alone
	Permissions *Permissions // what the rights were made of; nil is everything
	// Until is when it ends, zero if it does not; and OfAccount is whether it is the
	// account that ends then.
	Until     time.Time
	OfAccount bool
	// Claims is what its authority judges it by.
	Claims any
	// Ask is the service that has still to say who it is; nil: it is who it is.
	Ask *Callout
	// By is the service that has said who it is, nil if it was none.
	By *Callout
}

// SubjectOf is the key that a token is about, by its own word: nobody has looked at who has signed it. It is empty
// if the token cannot be read.
func SubjectOf(token string) string {
	_, rest, _ := strings.Cut(token, ".")
	body, _, _ := strings.Cut(rest, ".")
	data, err := base64.RawURLEncoding.DecodeString(body)
	var claims struct {
		Subject string `json:"sub"`
	}
	if err != nil || json.Unmarshal(data, &claims) != nil || !nkeys.IsValidPublicKey(claims.Subject) {
		return ""
	}
	return claims.Subject
}

// Signs reports whether users are known by tokens, and not by a list.
func (g *Gate) Signs() bool { return g != nil && g.signed != nil }

// Until is when somebody has to go, zero if there is no such time.
func (i *Identity) Until() time.Time {
	if i == nil || i.Token == nil {
		return time.Time{}
	}
	return i.Token.Until
}

// Limits are those of one user alone.
func (i *Identity) Limits() Limits {
	if i == nil || i.Token == nil {
		return Limits{}
	}
	return i.Token.Limits
}

// renewSigned is Renew where users have tokens. Whoever may do the same as before
// has the same Rights, and not only equal ones.
func (g *Gate) renewSigned(who *Identity, known *Credentials) *Identity {
	if who.Token == nil {
		return nil
	}
	now := g.signed.Renew(who, known)
	if now != nil && now.Rights != who.Rights && reflect.DeepEqual(now.Rights, who.Rights) {
		same := *now
		same.Rights = who.Rights
		return &same
	}
	return now
}
