package access_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
)

// TestDoor: by WebSocket other credentials may count, and no others then.
func TestDoor(t *testing.T) {
	gate, err := access.New(access.Policy{
		User: "u", Password: "p", Web: access.Door{Token: "t"},
	})
	require.NoError(t, err)
	for _, tt := range []struct {
		kind  string
		shown access.Credentials
		want  bool
	}{
		{access.Standard, access.Credentials{User: "u", Password: "p"}, true},
		{access.Standard, access.Credentials{Token: "t"}, false},
		{access.WebSocket, access.Credentials{User: "u", Password: "p"}, false},
		{access.WebSocket, access.Credentials{Token: "t"}, true},
		{access.WebSocket, access.Credentials{}, false},
	} {
		tt.shown.Kind = tt.kind
		assert.Equal(t, tt.want, gate.Claim(tt.shown).Holds() != nil, tt)
	}
}

// TestDoorForStrangers: who presents nothing may be somebody by WebSocket alone.
func TestDoorForStrangers(t *testing.T) {
	users := []access.User{{Name: "guest", Password: "g"}, {Name: "root", Password: "r"}}
	policy := access.Policy{Users: users, Web: access.Door{NoAuthUser: "guest"}}
	gate, err := access.New(policy)
	require.NoError(t, err)
	assert.Nil(t, gate.Stranger(access.Standard, false))
	who := gate.Stranger(access.WebSocket, false)
	assert.Equal(t, "guest", who.Name)
	assert.True(t, gate.Asks())
	assert.False(t, gate.For(access.WebSocket).Asks())
	policy.Web.NoAuthUser = ""
	after, err := access.New(policy)
	require.NoError(t, err)
	after.Follow(gate)
	assert.NotNil(t, gate.Renew(gate, who, access.Credentials{Kind: access.WebSocket}))
	assert.NotNil(t, after.Renew(gate, after.Named("root"), access.Credentials{Kind: access.WebSocket}))
	for _, wrong := range []access.Policy{
		{Users: users, Web: access.Door{NoAuthUser: "nobody"}},
		{Users: users, Web: access.Door{User: "u"}},
		{Web: access.Door{Password: "p"}},
		{Users: users, Web: access.Door{NoAuthUser: "guest", Token: "t"}},
	} {
		assert.Error(t, wrong.Validate())
	}
}
