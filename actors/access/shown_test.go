package access_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/access"
)

func TestPermissionsOf(t *testing.T) {
	own, usual, everybodys := &access.Permissions{}, &access.Permissions{}, &access.Permissions{}
	p := access.Policy{
		Users:   []access.User{{Name: "joe", Permissions: own}, {Name: "jane"}},
		Default: everybodys,
		Accounts: []access.Account{
			{Name: "A", Default: usual, Users: []access.User{{Name: "ann", Permissions: own}, {Name: "al"}}},
			{Name: "B", Users: []access.User{{Name: "bob"}}},
		},
	}
	for _, tt := range []struct {
		account, user string
		want          *access.Permissions
	}{
		{"$G", "joe", own},
		{"$G", "jane", everybodys},
		{"$G", "", everybodys},
		{"A", "ann", own},
		{"A", "al", usual},
		{"A", "joe", usual},
		{"B", "bob", nil},
	} {
		assert.Same(t, tt.want, p.PermissionsOf(tt.account, tt.user), "%s in %s", tt.user, tt.account)
	}
}
