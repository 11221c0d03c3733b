package callout

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"

	"github.com/troupe-mq/troupe/actors/access"
)

// XKeyHeader is where a question that is encrypted says by whose key.
const XKeyHeader = "Nats-Server-Xkey"

// audience is whom questions are for.
const audience = "nats-authorization-request"

// tokenPrefix is how every token begins, and no encrypted letter.
const tokenPrefix = "eyJ"

// longestAnswer bounds what is decoded, in bytes.
const longestAnswer = 256 << 10

// Keys are the broker's. They are never changed.
type Keys struct {
	server, curve nkeys.KeyPair
	ID            string // the public key, by which the broker is known
	XKey          string // the public curve key
}

// NewKeys makes keys for a broker.
func NewKeys() (*Keys, error) {
	server, err := nkeys.CreateServer()
	if err != nil {
		return nil, err
	}
	curve, err := nkeys.CreateCurveKeys()
	if err != nil {
		return nil, err
	}
	k := &Keys{server: server, curve: curve}
	if k.ID, err = server.PublicKey(); err != nil {
		return nil, err
	}
	k.XKey, err = curve.PublicKey()
	return k, err
}

// Question is a question that was asked.
type Question struct {
	Data []byte // as it is sent
	XKey string // for XKeyHeader; empty if Data is not encrypted
	to   *access.Callout
	user string // the key that the answer has to be about
}

// Ask writes a question, which is good until then. Of the request the broker and the
// client are filled in; the rest is added here.
func (k *Keys) Ask(to *access.Callout, r *jwt.AuthorizationRequest, until time.Time) (*Question, error) {
	pair, err := nkeys.CreateUser()
	if err != nil {
		return nil, err
	}
	q := &Question{to: to}
	if q.user, err = pair.PublicKey(); err != nil {
		return nil, err
	}
	claims := jwt.NewAuthorizationRequestClaims(to.Issuer)
	claims.AuthorizationRequest = *r
	claims.Audience, claims.Expires = audience, until.Unix()
	claims.UserNkey, claims.Server.ID = q.user, k.ID
	if to.XKey != "" {
		claims.Server.XKey, q.XKey = k.XKey, k.XKey
	}
	token, err := claims.Encode(k.server)
	q.Data = []byte(token)
	if err == nil && to.XKey != "" {
		q.Data, err = k.curve.Seal(q.Data, to.XKey)
	}
	return q, err
}

// The errors of Read.
var (
	ErrNoAnswer   = errors.New("the answer is empty")
	ErrTooLong    = errors.New("the answer is too long")
	ErrUnreadable = errors.New("the answer cannot be read")
	ErrElsewhere  = errors.New("the answer is to another question, or for another server")
	ErrUnsigned   = errors.New("the answer is not signed by who may sign it")
)

// RefusedError is what the service has against the client, in its own words.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return fmt.Sprintf("the service refuses: %.256q", e.Reason) }

// Read is the claims of the user that an answer gives to a question. signs reports whether
// a key signs for the service.
func (k *Keys) Read(q *Question, answer []byte, signs func(key string) bool) (*jwt.UserClaims, error) {
	switch {
	case len(answer) == 0:
		return nil, ErrNoAnswer
	case len(answer) > longestAnswer:
		return nil, ErrTooLong
	}
	closed := q.XKey != "" && !bytes.HasPrefix(answer, []byte(tokenPrefix))
	if closed {
		open, err := k.curve.Open(answer, q.to.XKey)
		if err != nil {
			return nil, ErrUnreadable
		}
		answer = open
	}
	claims, err := jwt.DecodeAuthorizationResponseClaims(string(answer))
	if err != nil || !sound(claims) {
		return nil, ErrUnreadable
	}
	switch {
	case claims.Subject != q.user || claims.Audience != k.ID:
		return nil, ErrElsewhere
	case !closed && (claims.IssuerAccount != "" && claims.IssuerAccount != q.to.Account || !signs(claims.Issuer)):
		return nil, ErrUnsigned
	case claims.Error != "":
		return nil, &RefusedError{claims.Error}
	}
	user, err := jwt.DecodeUserClaims(claims.Jwt)
	switch {
	case err != nil || !sound(user):
		return nil, ErrUnreadable
	case user.Subject != q.user:
		return nil, ErrElsewhere
	}
	return user, nil
}

// sound reports whether claims are in order, times apart.
func sound(claims jwt.Claims) bool {
	var found jwt.ValidationResults
	claims.Validate(&found)
	return len(found.Errors()) == 0
}
