package callout

import (
	"bytes"
	"errors"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"
)

// Service is the keys of a service that answers questions. It is never changed.
type Service struct {
	// Issuer signs: the pair of an account's key, which is the issuer in the broker's
	// configuration, or of one that the account signs by.
	Issuer nkeys.KeyPair
	// Account is the public key of the account where Issuer is one that it signs by; else
	// empty.
	Account string
	// XKey is the pair whose public key the broker was told; nil: questions are not encrypted.
	XKey nkeys.KeyPair
}

// The errors of Open.
var (
	ErrNoQuestion = errors.New("this is not the question of a server")
	ErrLate       = errors.New("the question has expired")
)

// Open reads a question. xkey is what XKeyHeader says, empty if it is not there.
func (s *Service) Open(data []byte, xkey string, now time.Time) (*jwt.AuthorizationRequestClaims, error) {
	if len(data) > longestAnswer {
		return nil, ErrNoQuestion
	}
	if !bytes.HasPrefix(data, []byte(tokenPrefix)) && s.XKey != nil {
		open, err := s.XKey.Open(data, xkey)
		if err != nil {
			return nil, ErrNoQuestion
		}
		data = open
	}
	claims, err := jwt.DecodeAuthorizationRequestClaims(string(data))
	switch {
	case err != nil || claims.Audience != audience || !sound(claims):
		return nil, ErrNoQuestion
	case claims.Issuer != claims.Server.ID || !nkeys.IsValidPublicServerKey(claims.Issuer):
		return nil, ErrNoQuestion
	case claims.Expires > 0 && now.Unix() > claims.Expires:
		return nil, ErrLate
	}
	return claims, nil
}

// Admit answers that the client is a user. Of the claims the key and the signature are
// filled in here.
func (s *Service) Admit(q *jwt.AuthorizationRequestClaims, user *jwt.UserClaims) ([]byte, error) {
	user.Subject, user.IssuerAccount = q.UserNkey, s.Account
	token, err := user.Encode(s.Issuer)
	if err != nil {
		return nil, err
	}
	return s.answer(q, jwt.AuthorizationResponse{Jwt: token})
}

// Refuse answers that the client may not come in. The reason is for the broker's log.
func (s *Service) Refuse(q *jwt.AuthorizationRequestClaims, reason string) ([]byte, error) {
	return s.answer(q, jwt.AuthorizationResponse{Error: reason})
}

func (s *Service) answer(q *jwt.AuthorizationRequestClaims, a jwt.AuthorizationResponse) ([]byte, error) {
	claims := jwt.NewAuthorizationResponseClaims(q.UserNkey)
	claims.AuthorizationResponse = a
	claims.Audience, claims.IssuerAccount = q.Server.ID, s.Account
	token, err := claims.Encode(s.Issuer)
	if err != nil || s.XKey == nil || q.Server.XKey == "" {
		return []byte(token), err
	}
	return s.XKey.Seal([]byte(token), q.Server.XKey)
}
