package operator

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nkeys"
)

// Config is what a broker is handed by its operators. The zero Config is none.
type Config struct {
	Operators []string          // their tokens
	Keys      []string          // public keys of more operators, or that they sign with
	Accounts  map[string]string // the tokens of all accounts, by their public keys
	// Sentinel is the token of those who present none; empty: they may not come in.
	Sentinel string
	// Pinned are the accounts whose users may come in, beside System; none: all.
	Pinned []string
	System string
}

// On reports whether there is an operator.
func (c *Config) On() bool { return len(c.Operators) > 0 || len(c.Keys) > 0 }

// Validate reports what is wrong, all of it at once.
func (c *Config) Validate() error {
	var errs []error
	for _, token := range c.Operators {
		errs = append(errs, CheckOperator(token))
	}
	for _, key := range c.Keys {
		errs = append(errs, CheckKey(key))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Accounts)) {
		errs = append(errs, CheckAccount(name, c.Accounts[name]))
	}
	if c.Sentinel != "" {
		errs = append(errs, CheckSentinel(c.Sentinel))
	}
	switch {
	case len(c.Operators) > 0 && len(c.Keys) > 0:
		errs = append(errs, errors.New("the keys that are trusted are those of the operators: operator and trusted_keys cannot both be set"))
	case !c.On() && c.Sentinel != "":
		errs = append(errs, errors.New("a default_sentinel needs an operator"))
	case !c.On() && len(c.Accounts) > 0:
		errs = append(errs, errors.New("accounts that an operator has signed need an operator"))
	}
	return errors.Join(errs...)
}

// SystemAccount is the system account that the one operator wants, empty if there
// is none.
func (c *Config) SystemAccount() string {
	if len(c.Operators) != 1 {
		return ""
	}
	claims, err := jwt.DecodeOperatorClaims(c.Operators[0])
	if err != nil {
		return ""
	}
	return claims.SystemAccount
}

// AccountServer is where the one operator has its accounts, empty if it does not say.
func (c *Config) AccountServer() string {
	if len(c.Operators) != 1 {
		return ""
	}
	claims, err := jwt.DecodeOperatorClaims(c.Operators[0])
	if err != nil {
		return ""
	}
	return claims.AccountServerURL
}

// Plain is a token without the lines that tools put around it in a file.
func Plain(text string) string {
	plain, err := jwt.ParseDecoratedJWT([]byte(text))
	if err != nil {
		return text
	}
	return strings.TrimSpace(plain)
}

// CheckOperator reports what is wrong with the token of an operator.
func CheckOperator(token string) error {
	claims, err := jwt.DecodeOperatorClaims(token)
	if err != nil {
		return errors.New("this is not the token of an operator")
	}
	return sound(claims, "the operator's token")
}

// CheckSentinel reports what is wrong with a token for those who present none.
func CheckSentinel(token string) error {
	claims, err := jwt.DecodeUserClaims(token)
	switch {
	case err != nil:
		return errors.New("the default_sentinel is not the token of a user")
	case !claims.BearerToken:
		return errors.New("the default_sentinel is not a bearer token: nobody could sign for it")
	}
	return nil
}

// CheckKey reports what is wrong with a key that is to be trusted.
func CheckKey(key string) error {
	if !nkeys.IsValidPublicOperatorKey(key) {
		return errors.New("the key is not the public one of an operator, which begins with O") // not quoted: it may be the secret one
	}
	return nil
}

// CheckAccount reports what is wrong with the token of an account, and what Troupe
// does not have of what the token promises. It does not matter who has signed it.
func CheckAccount(name, token string) error {
	if !nkeys.IsValidPublicAccountKey(name) {
		return errors.New("the key is not the public one of an account, which begins with A") // as in CheckKey
	}
	claims, err := jwt.DecodeAccountClaims(token)
	if err != nil {
		return fmt.Errorf("account %q: this is not the token of an account", name)
	}
	if claims.Subject != name {
		return fmt.Errorf("account %q: the token is of the account %q", name, claims.Subject)
	}
	if err := sound(claims, fmt.Sprintf("account %q: the token", name)); err != nil {
		return err
	}
	if feature := missing(&claims.Account); feature != "" {
		return fmt.Errorf("account %q: Troupe does not have %s", name, feature)
	}
	return nil
}

// sound reports what is wrong with claims whatever the time is.
func sound(claims jwt.Claims, whose string) error {
	var found jwt.ValidationResults
	claims.Validate(&found)
	if errs := found.Errors(); len(errs) > 0 {
		return fmt.Errorf("%s is not sound: %w", whose, errors.Join(errs...))
	}
	return nil
}

// missing completes "Troupe does not have …" for an account that counts on it.
// Limits of JetStream are no promise of it.
func missing(a *jwt.Account) string {
	for _, m := range mappingsOf(a.Mappings) {
		if _, err := m.Choices(""); err != nil {
			return "a mapping like that: " + err.Error()
		}
	}
	return ""
}
