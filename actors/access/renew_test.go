package access_test

import (
	"crypto/x509"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/access/certificate"
)

func TestRenew(t *testing.T) {
	_, key := keyPair(t)
	hash, other := bcrypted(t, "p"), bcrypted(t, "other")
	users := func(users ...access.User) access.Policy { return access.Policy{Users: users} }
	ann := access.User{Name: "ann", Password: "p"}
	with := func(change func(u *access.User)) access.Policy {
		u := ann
		change(&u)
		return users(u)
	}
	byCertificate := certificate.NamesOf(&x509.Certificate{DNSNames: []string{"ann"}})
	shown := access.Credentials{User: "ann", Password: "p"}
	tests := []struct {
		name     string
		old, now access.Policy
		shown    access.Credentials
		names    *certificate.Names // that count at the new gate
		stays    bool
	}{
		{name: "open", stays: true},
		{name: "open, then a user", now: users(ann)},
		{name: "open, then a hashed token", now: access.Policy{Token: hash}},
		{name: "open, then a stranger", now: access.Policy{Users: []access.User{ann}, NoAuthUser: "ann"}, stays: true},
		{name: "then open", old: users(ann), shown: shown, stays: true},
		{name: "the same", old: users(ann), now: users(ann), shown: shown, stays: true},
		{name: "one more", old: users(ann), now: users(ann, access.User{Name: "ben"}), shown: shown, stays: true},
		{name: "another", old: users(ann), now: users(access.User{Name: "ben", Password: "p"}), shown: shown},
		{name: "another password", old: users(ann), now: with(func(u *access.User) { u.Password = "q" }), shown: shown},
		{name: "no password", old: users(ann), now: with(func(u *access.User) { u.Password = "" }), shown: shown},
		{name: "hashed", old: users(ann), now: with(func(u *access.User) { u.Password = hash }), shown: shown, stays: true},
		{name: "in clear", old: with(func(u *access.User) { u.Password = hash }), now: users(ann), shown: shown, stays: true},
		{name: "another, hashed", old: users(ann), now: with(func(u *access.User) { u.Password = other }), shown: shown},
		{name: "another, in clear", old: with(func(u *access.User) { u.Password = other }), now: users(ann), shown: access.Credentials{User: "ann", Password: "other"}},
		{name: "a connection of this kind", old: users(ann), now: with(func(u *access.User) { u.ConnectionTypes = []string{"standard"} }), shown: shown, stays: true},
		{name: "a connection of another kind", old: users(ann), now: with(func(u *access.User) { u.ConnectionTypes = []string{"websocket"} }), shown: shown},
		{name: "one user, then a list", old: access.Policy{User: "ann", Password: "p"}, now: users(ann), shown: shown, stays: true},
		{name: "a list, then one user", old: users(ann), now: access.Policy{User: "ann", Password: "p"}, shown: shown, stays: true},
		{name: "a user, then a token", old: users(ann), now: access.Policy{Token: "p"}, shown: shown},
		{name: "the same token", old: access.Policy{Token: "t"}, now: access.Policy{Token: "t"}, shown: access.Credentials{Token: "t"}, stays: true},
		{name: "another token", old: access.Policy{Token: "t"}, now: access.Policy{Token: "u"}, shown: access.Credentials{Token: "t"}},
		{name: "the stranger, still", old: access.Policy{Users: []access.User{ann}, NoAuthUser: "ann"}, now: access.Policy{Users: []access.User{ann}, NoAuthUser: "ann"}, stays: true},
		{name: "the stranger, no more", old: access.Policy{Users: []access.User{ann}, NoAuthUser: "ann"}, now: users(ann)},
		{name: "by certificate", old: access.Policy{Users: []access.User{{Name: "ann"}}, Mapped: []string{access.Standard}}, now: access.Policy{Users: []access.User{{Name: "ann"}, {Name: "ben"}}, Mapped: []string{access.Standard}}, shown: access.Credentials{Names: byCertificate}, names: byCertificate, stays: true},
		{name: "by certificate, but not its own", old: users(access.User{Name: "ben"}), now: access.Policy{Users: []access.User{{Name: "ann"}, {Name: "ben"}}, Mapped: []string{access.Standard}}, shown: access.Credentials{User: "ben"}, names: byCertificate},
		{name: "a certificate is needed now", old: users(access.User{Name: "ann"}), now: access.Policy{Users: []access.User{{Name: "ann"}, {Name: "ben"}}, Mapped: []string{access.Standard}}, shown: access.Credentials{User: "ann"}},
		{name: "nkey", old: users(access.User{NKey: key}, ann), now: users(access.User{NKey: key}), shown: shown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			old, err := access.New(tt.old)
			require.NoError(t, err)
			now, err := access.New(tt.now)
			require.NoError(t, err)
			now.Follow(old)
			tt.shown.Kind = access.Standard
			who := old.Claim(tt.shown).Holds()
			require.NotNil(t, who, "it has not come in")
			renewed := now.Renew(old, who, access.Credentials{Kind: access.Standard, Names: tt.names})
			assert.Equal(t, tt.stays, renewed != nil)
			assert.Same(t, who, old.Renew(old, who, access.Credentials{}), "nothing has changed")
		})
	}
}

// Whoever may do the same as before has the very same rights.
func TestFollowKeepsRights(t *testing.T) {
	policy := func(subject string) access.Policy {
		return access.Policy{
			Users:   []access.User{{Name: "ann"}, {Name: "ben", Permissions: &access.Permissions{Publish: access.Rules{Allow: []string{subject}}}}},
			Default: &access.Permissions{Subscribe: access.Rules{Deny: []string{"no"}}},
		}
	}
	rights := func(g *access.Gate, name string) *access.Rights {
		return g.Claim(access.Credentials{User: name}).Holds().Rights
	}
	old, err := access.New(policy("a"))
	require.NoError(t, err)
	same, err := access.New(policy("a"))
	require.NoError(t, err)
	same.Follow(old)
	assert.Same(t, rights(old, "ann"), rights(same, "ann"))
	assert.Same(t, rights(old, "ben"), rights(same, "ben"))
	other, err := access.New(policy("b"))
	require.NoError(t, err)
	other.Follow(same)
	assert.Same(t, rights(old, "ann"), rights(other, "ann"))
	assert.NotSame(t, rights(old, "ben"), rights(other, "ben"))
}
