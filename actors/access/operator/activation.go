package operator

import (
	"errors"
	"time"

	"github.com/nats-io/jwt/v2"
)

// Why a private export may not be imported.
var (
	errNoActivation = errors.New("the import has no token that activates it")
	errRevoked      = errors.New("the token that activates it is revoked")
	errOver         = errors.New("the token that activates it is not valid now")
)

// gave reports whether the account has given one of its exports to an import of
// another account, and until when; zero is for ever. That the token is for this
// import was found when the importing account was checked.
func (a *account) gave(to string, i *jwt.Import, export int, now time.Time) (until time.Time, err error) {
	if i.Token == "" {
		return until, errNoActivation
	}
	given, err := jwt.DecodeActivationClaims(i.Token)
	if err != nil || given.Subject != to {
		return until, errNoActivation
	}
	if given.IssuerAccount != "" && given.IssuerAccount != a.claims.Subject {
		return until, errUnsigned
	}
	if _, ok := a.signs(given.Issuer); !ok {
		return until, errUnsigned
	}
	if !holds(given.Claims(), now) {
		return until, errOver
	}
	if a.claims.Exports[export].Revocations.IsRevoked(given.Subject, time.Unix(given.IssuedAt, 0)) {
		return until, errRevoked
	}
	if given.Expires > 0 {
		until = time.Unix(given.Expires, 0)
	}
	return until, nil
}
