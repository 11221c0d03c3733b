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

// TestLeafDoor: leaf nodes may have users of their own, in an account each, and then nobody else is one.
func TestLeafDoor(t *testing.T) {
	clients := access.Policy{Users: []access.User{{Name: "c", Password: "c"}, {Name: "by", Password: "b", ConnectionTypes: []string{"LEAFNODE"}}}, Accounts: []access.Account{{Name: "A"}}}
	in := func(p access.Policy, shown access.Credentials) string {
		t.Helper()
		gate, err := access.New(p)
		require.NoError(t, err)
		who := gate.Claim(shown).Holds()
		if who == nil {
			return ""
		}
		return who.Account
	}
	assert.Equal(t, "$G", in(clients, access.Credentials{User: "c", Password: "c", Kind: access.LeafNode}))
	assert.Equal(t, "$G", in(clients, access.Credentials{User: "by", Password: "b", Kind: access.LeafNode}))
	assert.Empty(t, in(clients, access.Credentials{User: "by", Password: "b", Kind: access.LeafNodeWS}))
	assert.Empty(t, in(clients, access.Credentials{Kind: access.LeafNode}))

	leafs := clients
	leafs.Leafs.Users = []access.LeafUser{{User: access.User{Name: "l", Password: "l"}, Account: "A"}, {User: access.User{Name: "m", Password: "m"}}, {User: access.User{Name: "s", Password: "s"}, Account: "$SYS"}}
	for _, kind := range []string{access.LeafNode, access.LeafNodeWS} {
		assert.Equal(t, "A", in(leafs, access.Credentials{User: "l", Password: "l", Kind: kind}))
		assert.Equal(t, "$G", in(leafs, access.Credentials{User: "m", Password: "m", Kind: kind}))
		assert.Equal(t, "$SYS", in(leafs, access.Credentials{User: "s", Password: "s", Kind: kind}))
		assert.Empty(t, in(leafs, access.Credentials{User: "c", Password: "c", Kind: kind}))
		assert.Empty(t, in(leafs, access.Credentials{Kind: kind}))
	}
	assert.Empty(t, in(leafs, access.Credentials{User: "l", Password: "l", Kind: access.Standard}))

	leafs.Leafs.Users = leafs.Leafs.Users[2:] // those who watch over the broker are no exception
	assert.Empty(t, in(leafs, access.Credentials{Kind: access.LeafNode}))
	anybody := access.Policy{Accounts: []access.Account{{Name: "A"}}, Leafs: access.LeafDoor{Account: "A"}}
	assert.Equal(t, "A", in(anybody, access.Credentials{Kind: access.LeafNode}))
	assert.Equal(t, "$G", in(anybody, access.Credentials{Kind: access.Standard}))
	anybody.Leafs.Account = "NOWHERE"
	require.ErrorContains(t, anybody.Validate(), `there is no account "NOWHERE"`)
}
