package operator

import (
	"errors"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"
)

// This file is tokens that come while the broker runs.

// The errors of Accept and AcceptDeletion, beside what is wrong with a token.
var (
	ErrUntrusted = errors.New("it is not signed by an operator that is trusted")
	ErrMalformed = errors.New("malformed request")
)

// Accept reports what is wrong with the token of an account, and whether an operator has
// signed it that is trusted.
func (c *Config) Accept(account, token string) error {
	if err := CheckAccount(account, token); err != nil {
		return err
	}
	claims, err := jwt.DecodeAccountClaims(token)
	if err != nil {
		return err
	}
	if t := newTrust(c); !t.keys[claims.Issuer] {
		return ErrUntrusted
	}
	return nil
}

// AccountOf is the account that a token is of, empty if it is none.
func AccountOf(token string) string {
	claims, err := jwt.DecodeAccountClaims(token)
	if err != nil {
		return ""
	}
	return claims.Subject
}

// Newer reports whether a token was signed after another one, which may be empty.
func Newer(token, other string) bool {
	if other == "" {
		return true
	}
	a, err := jwt.DecodeAccountClaims(token)
	if err != nil {
		return false
	}
	b, err := jwt.DecodeAccountClaims(other)
	return err != nil || a.IssuedAt > b.IssuedAt
}

// ImportsFrom are the accounts that the account of a token imports from.
func ImportsFrom(token string) (all []string) {
	claims, err := jwt.DecodeAccountClaims(token)
	if err != nil {
		return nil
	}
	for _, i := range claims.Imports {
		if nkeys.IsValidPublicAccountKey(i.Account) {
			all = append(all, i.Account)
		}
	}
	return all
}

// AcceptDeletion is the accounts that an operator wants to have deleted. by is who asks, in
// its own words.
func (c *Config) AcceptDeletion(token string) (accounts []string, by string, err error) {
	claims, err := jwt.DecodeGeneric(token)
	if err != nil {
		return nil, "", ErrMalformed
	}
	switch t := newTrust(c); {
	case claims.Subject != claims.Issuer:
		return nil, claims.Subject, errors.New("not self signed")
	case !t.keys[claims.Issuer]:
		return nil, claims.Subject, errors.New("not trusted")
	}
	list, ok := claims.Data["accounts"].([]any)
	if !ok {
		return nil, claims.Subject, ErrMalformed
	}
	for _, entry := range list {
		account, ok := entry.(string)
		if !ok || !nkeys.IsValidPublicAccountKey(account) {
			return nil, claims.Subject, ErrMalformed
		}
		accounts = append(accounts, account)
	}
	return accounts, claims.Subject, nil
}
