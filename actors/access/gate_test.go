package access_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/bcrypt"

	"github.com/troupe-mq/troupe/actors/access"
)

func TestAdmits(t *testing.T) {
	user := access.Policy{User: "joe", Password: "secret"}
	token := access.Policy{Token: "s3cr3t"}
	hash := access.Policy{User: "joe", Password: bcrypted(t, "secret")}
	hashedToken := access.Policy{Token: bcrypted(t, "s3cr3t")}
	tests := []struct {
		name             string
		gate             access.Policy
		user, pass, tokn string
		want             bool
	}{
		{"nobody is asked", access.Policy{}, "", "", "", true},
		{"nobody is asked, somebody says", access.Policy{}, "joe", "x", "y", true},
		{"user", user, "joe", "secret", "", true},
		{"wrong password", user, "joe", "Secret", "", false},
		{"longer password", user, "joe", "secret ", "", false},
		{"wrong user", user, "jo", "secret", "", false},
		{"no password", user, "joe", "", "", false},
		{"nothing", user, "", "", "", false},
		{"a token is no user", user, "", "", "secret", false},
		{"user with an empty password", access.Policy{User: "joe"}, "joe", "", "", true},
		{"user with an empty password, some given", access.Policy{User: "joe"}, "joe", "x", "", false},
		{"token", token, "", "", "s3cr3t", true},
		{"token and a user beside it", token, "joe", "x", "s3cr3t", true},
		{"wrong token", token, "", "", "s3cr3", false},
		{"no token", token, "", "", "", false},
		{"the token as password", token, "s3cr3t", "s3cr3t", "", false},
		{"hash", hash, "joe", "secret", "", true},
		{"hash, wrong password", hash, "joe", "secreT", "", false},
		{"the hash itself opens nothing", hash, "joe", hash.Password, "", false},
		{"hash, wrong user", hash, "jim", "secret", "", false},
		{"hashed token", hashedToken, "", "", "s3cr3t", true},
		{"hashed token, wrong", hashedToken, "", "", "s3cr3T", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			gate, err := access.New(tt.gate)
			require.NoError(t, err)
			claim := gate.Claim(access.Credentials{User: tt.user, Password: tt.pass, Token: tt.tokn})
			assert.Equal(t, tt.want, claim.Holds() != nil)
		})
	}
}

func TestHashed(t *testing.T) {
	for secret, want := range map[string]bool{
		"$2a$10$abc": true, "$2b$10$": true, "$2x$04$": true, "$2y$12$": true,
		"$2c$10$": false, "$2a$1$": false, "2a$10$": false, " $2a$10$": false, "secret": false, "": false,
	} {
		assert.Equal(t, want, access.Hashed(secret), secret)
	}
	assert.False(t, access.Same("$2a$10$no-such-hash", "x"), "what only looks like a hash opens nothing")
}

func bcrypted(t *testing.T, secret string) string {
	t.Helper()
	h, err := bcrypt.GenerateFromPassword([]byte(secret), bcrypt.MinCost)
	require.NoError(t, err)
	return string(h)
}
