package operatortest

import (
	"encoding/base64"
	"testing"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"
)

// Key is a pair of keys, and the public one as text.
type Key struct {
	Pair   nkeys.KeyPair
	Public string
}

func newKey(t testing.TB, create func() (nkeys.KeyPair, error)) Key {
	t.Helper()
	pair, err := create()
	if err != nil {
		t.Fatal(err)
	}
	public, err := pair.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return Key{pair, public}
}

// NewKey is one more key for an account to sign with.
func NewKey(t testing.TB) Key {
	t.Helper()
	return newKey(t, nkeys.CreateAccount)
}

// sign makes a token of claims.
func sign(t testing.TB, claims jwt.Claims, by Key) string {
	t.Helper()
	token, err := claims.Encode(by.Pair)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// Operator signs accounts.
type Operator struct {
	Key
	Claims  *jwt.OperatorClaims
	Signing Key // one more key, which is not among the claims unless a test puts it there
}

// NewOperator makes one.
func NewOperator(t testing.TB) *Operator {
	t.Helper()
	key := newKey(t, nkeys.CreateOperator)
	return &Operator{Key: key, Claims: jwt.NewOperatorClaims(key.Public), Signing: newKey(t, nkeys.CreateOperator)}
}

// Token is the operator's own.
func (o *Operator) Token(t testing.TB) string {
	t.Helper()
	return sign(t, o.Claims, o.Key)
}

// Accounts are the tokens of accounts, as the broker is handed them.
func (o *Operator) Accounts(t testing.TB, accounts ...*Account) map[string]string {
	t.Helper()
	tokens := make(map[string]string)
	for _, a := range accounts {
		tokens[a.Public] = sign(t, a.Claims, o.Key)
	}
	return tokens
}

// Account signs users.
type Account struct {
	Key
	Claims *jwt.AccountClaims
}

// NewAccount makes one that may do everything.
func NewAccount(t testing.TB, name string) *Account {
	t.Helper()
	key := NewKey(t)
	a := &Account{Key: key, Claims: jwt.NewAccountClaims(key.Public)}
	a.Claims.Name = name
	return a
}

// SignedBy is the account's token, signed by any key.
func (a *Account) SignedBy(t testing.TB, by Key) string {
	t.Helper()
	return sign(t, a.Claims, by)
}

// Activate is the token by which another account may import what this one exports.
func (a *Account) Activate(t testing.TB, to *Account, kind jwt.ExportType, subject string, edit func(*jwt.ActivationClaims)) string {
	t.Helper()
	claims := jwt.NewActivationClaims(to.Public)
	claims.ImportType, claims.ImportSubject = kind, jwt.Subject(subject)
	if edit != nil {
		edit(claims)
	}
	return sign(t, claims, a.Key)
}

// User is who comes in.
type User struct {
	Key
	Token string
}

// User makes one, whose claims may be edited before they are signed.
func (a *Account) User(t testing.TB, edit func(*jwt.UserClaims)) *User {
	t.Helper()
	return a.UserBy(t, a.Key, edit)
}

// UserBy is User where another key signs.
func (a *Account) UserBy(t testing.TB, by Key, edit func(*jwt.UserClaims)) *User {
	t.Helper()
	key := newKey(t, nkeys.CreateUser)
	claims := jwt.NewUserClaims(key.Public)
	if by != a.Key {
		claims.IssuerAccount = a.Public
	}
	if edit != nil {
		edit(claims)
	}
	return &User{key, sign(t, claims, by)}
}

// Sign is the user's signature of a nonce, as CONNECT has it.
func (u *User) Sign(t testing.TB, nonce string) string {
	t.Helper()
	sig, err := u.Pair.Sign([]byte(nonce))
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(sig)
}
