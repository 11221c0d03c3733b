package access

import (
	"crypto/sha256"
	"crypto/subtle"
	"regexp"

	"golang.org/x/crypto/bcrypt"
)

// Gate is the credentials of a broker with one user or one token. The zero Gate
// is open.
type Gate struct {
	User, Password, Token string
}

// Open reports whether nobody needs credentials.
func (g Gate) Open() bool { return g.User == "" && g.Token == "" }

// Admits reports whether what a client presented opens the gate.
func (g Gate) Admits(user, password, token string) bool {
	switch {
	case g.Open():
		return true
	case g.Token != "":
		return Same(g.Token, token)
	default:
		// Both are always compared, so that the time taken does not tell which was wrong.
		name, secret := equal(g.User, user), Same(g.Password, password)
		return name && secret
	}
}

var hashed = regexp.MustCompile(`^\$2[abxy]\$\d{2}\$`)

// Hashed reports whether a configured secret is a bcrypt hash.
func Hashed(secret string) bool { return hashed.MatchString(secret) }

// Same compares a secret from the configuration, which may be a bcrypt hash,
// with what a client presented as clear text.
func Same(configured, presented string) bool {
	if Hashed(configured) {
		return bcrypt.CompareHashAndPassword([]byte(configured), []byte(presented)) == nil
	}
	return equal(configured, presented)
}

// equal takes the same time for any two strings, whatever their lengths.
func equal(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
