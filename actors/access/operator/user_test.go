package operator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/access/operator"
	"github.com/troupe-mq/troupe/actors/access/operator/operatortest"
)

const nonce = "n0nce"

// authority trusts an operator and the accounts that it has signed.
func authority(t *testing.T, o *operatortest.Operator, accounts ...*operatortest.Account) *operator.Authority {
	t.Helper()
	a, err := operator.New(&operator.Config{Operators: []string{o.Token(t)}, Accounts: o.Accounts(t, accounts...)}, time.Now())
	require.NoError(t, err)
	return a
}

// presents is what a user presents, now and from here.
func presents(t *testing.T, u *operatortest.User) *access.Credentials {
	t.Helper()
	return &access.Credentials{
		JWT: u.Token, Nonce: nonce, Sig: u.Sign(t, nonce),
		Kind: access.Standard, Host: "127.0.0.1", Now: time.Now(),
	}
}

func TestAdmit(t *testing.T) {
	now := time.Now()
	type (
		account = operatortest.Account
		claims  = jwt.UserClaims
		shown   = access.Credentials
	)
	tests := []struct {
		name    string
		account func(a *account)
		user    func(u *claims)
		shown   func(c *shown)
		want    bool
	}{
		{"as signed", nil, nil, nil, true},
		{"no token", nil, nil, func(c *shown) { c.JWT = "" }, false},
		{"no token at all", nil, nil, func(c *shown) { c.JWT = "eyJ.x.y" }, false},
		{"altered", nil, nil, func(c *shown) { c.JWT = c.JWT[:len(c.JWT)-8] + "AAAAAAAA" }, false},
		{"no signature", nil, nil, func(c *shown) { c.Sig = "" }, false},
		{"signature of another nonce", nil, nil, func(c *shown) { c.Nonce = "other" }, false},
		{"bearer", nil, func(u *claims) { u.BearerToken = true }, func(c *shown) { c.Sig = "" }, true},
		{"bearer that is not wanted", func(a *account) { a.Claims.Limits.DisallowBearer = true }, func(u *claims) { u.BearerToken = true }, nil, false},
		{"expired", nil, func(u *claims) { u.Expires = now.Unix() - 1 }, nil, false},
		{"not expired", nil, func(u *claims) { u.Expires = now.Unix() + 60 }, nil, true},
		{"not yet", nil, func(u *claims) { u.NotBefore = now.Unix() + 60 }, nil, false},
		{"now", nil, func(u *claims) { u.NotBefore = now.Unix() - 60 }, nil, true},
		{"account expired", func(a *account) { a.Claims.Expires = now.Unix() - 1 }, nil, nil, false},
		{"account not yet", func(a *account) { a.Claims.NotBefore = now.Unix() + 60 }, nil, nil, false},
		{"revoked, all", func(a *account) { a.Claims.RevokeAt(jwt.All, now.Add(time.Hour)) }, nil, nil, false},
		{"revoked before it was signed", func(a *account) { a.Claims.RevokeAt(jwt.All, now.Add(-time.Hour)) }, nil, nil, true},
		{"by this kind", nil, func(u *claims) { u.AllowedConnectionTypes.Add("standard") }, nil, true},
		{"by another kind", nil, func(u *claims) { u.AllowedConnectionTypes.Add("WEBSOCKET") }, nil, false},
		{"by a kind that is not known", nil, func(u *claims) { u.AllowedConnectionTypes.Add("PIGEON") }, nil, false},
		{"from here", nil, func(u *claims) { u.Src.Add("10.0.0.0/8", "127.0.0.0/8") }, nil, true},
		{"from elsewhere", nil, func(u *claims) { u.Src.Add("10.0.0.0/8") }, nil, false},
		{"from nowhere", nil, func(u *claims) { u.Src.Add("10.0.0.0/8") }, func(c *shown) { c.Host = "" }, false},
		{"by a proxy only", nil, func(u *claims) { u.ProxyRequired = true }, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, a := operatortest.NewOperator(t), operatortest.NewAccount(t, "A")
			if tt.account != nil {
				tt.account(a)
			}
			u := a.User(t, tt.user)
			c := presents(t, u)
			if tt.shown != nil {
				tt.shown(c)
			}
			who := authority(t, o, a).Admit(c)
			require.Equal(t, tt.want, who != nil)
			if who != nil {
				assert.Equal(t, u.Public, who.Name)
				assert.Equal(t, a.Public, who.Account)
			}
		})
	}
}

// TestRevoked: a revocation is of one user, and stays when another authority is made.
func TestRevoked(t *testing.T) {
	o, a := operatortest.NewOperator(t), operatortest.NewAccount(t, "A")
	gone, stays := a.User(t, nil), a.User(t, nil)
	before := authority(t, o, a)
	was := before.Admit(presents(t, gone))
	is := before.Admit(presents(t, stays))
	require.NotNil(t, was)
	require.NotNil(t, is)
	a.Claims.RevokeAt(gone.Public, time.Now().Add(time.Hour))
	after := authority(t, o, a)
	known := &access.Credentials{Kind: access.Standard, Now: time.Now()}
	assert.Nil(t, after.Renew(was, known))
	assert.Nil(t, after.Admit(presents(t, gone)))
	assert.Equal(t, stays.Public, after.Renew(is, known).Name)
}

func TestWhoSigns(t *testing.T) {
	type (
		op      = operatortest.Operator
		account = operatortest.Account
		key     = operatortest.Key
	)
	tests := []struct {
		name    string
		prepare func(o *op, a *account, extra key)
		by      func(o *op) key             // who signs the account
		user    func(a *account, k key) key // and who the user
		want    bool
	}{
		{"both themselves", nil, nil, nil, true},
		{"a key of the operator", func(o *op, _ *account, _ key) { o.Claims.SigningKeys.Add(o.Signing.Public) }, func(o *op) key { return o.Signing }, nil, true},
		{"a stranger's key for the operator", nil, func(o *op) key { return o.Signing }, nil, false},
		{"the operator, who is strict", func(o *op, _ *account, _ key) { o.Claims.StrictSigningKeyUsage = true }, nil, nil, false},
		{"the account, whose operator is strict", func(o *op, _ *account, _ key) {
			o.Claims.StrictSigningKeyUsage = true
			o.Claims.SigningKeys.Add(o.Signing.Public)
		}, func(o *op) key { return o.Signing }, nil, false},
		{"a key of the account", func(_ *op, a *account, k key) { a.Claims.SigningKeys.Add(k.Public) }, nil, func(_ *account, k key) key { return k }, true},
		{"a stranger's key for the account", nil, nil, func(_ *account, k key) key { return k }, false},
		{"keys of both, strictly", func(o *op, a *account, k key) {
			o.Claims.StrictSigningKeyUsage = true
			o.Claims.SigningKeys.Add(o.Signing.Public)
			a.Claims.SigningKeys.Add(k.Public)
		}, func(o *op) key { return o.Signing }, func(_ *account, k key) key { return k }, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, a, extra := operatortest.NewOperator(t), operatortest.NewAccount(t, "A"), operatortest.NewKey(t)
			by, user := o.Key, a.Key
			if tt.prepare != nil {
				tt.prepare(o, a, extra)
			}
			if tt.by != nil {
				by = tt.by(o)
			}
			if tt.user != nil {
				user = tt.user(a, extra)
			}
			auth, err := operator.New(&operator.Config{
				Operators: []string{o.Token(t)}, Accounts: map[string]string{a.Public: a.SignedBy(t, by)},
			}, time.Now())
			require.NoError(t, err)
			assert.Equal(t, tt.want, auth.Admit(presents(t, a.UserBy(t, user, nil))) != nil)
		})
	}
}

// TestTrustedKeys: the key of an operator is as good as its token.
func TestTrustedKeys(t *testing.T) {
	o, a := operatortest.NewOperator(t), operatortest.NewAccount(t, "A")
	auth, err := operator.New(&operator.Config{Keys: []string{o.Public}, Accounts: o.Accounts(t, a)}, time.Now())
	require.NoError(t, err)
	assert.NotNil(t, auth.Admit(presents(t, a.User(t, nil))))
	assert.Nil(t, auth.Admit(presents(t, operatortest.NewAccount(t, "B").User(t, nil))), "of an account that nobody knows")
}

func TestWhatTheyMay(t *testing.T) {
	o, a := operatortest.NewOperator(t), operatortest.NewAccount(t, "acme")
	a.Claims.DefaultPermissions.Pub.Allow.Add("default")
	a.Claims.Expires = time.Now().Unix() + 50
	auth := authority(t, o, a)
	own := auth.Admit(presents(t, a.User(t, func(u *jwt.UserClaims) {
		u.Name = "ann"
		u.Pub.Allow.Add("own.*")
		u.Sub.Deny.Add("secret")
		u.Resp = &jwt.ResponsePermission{MaxMsgs: 3, Expires: time.Second}
		u.NatsLimits = jwt.NatsLimits{Subs: 2, Data: jwt.NoLimit}
		u.Expires = time.Now().Unix() + 100
	})))
	require.NotNil(t, own)
	assert.True(t, own.Rights.MayPublish([]byte("own.x")))
	assert.False(t, own.Rights.MayPublish([]byte("default")))
	assert.Equal(t, access.Denied, own.Rights.Subscribe("secret", ""))
	assert.True(t, own.Rights.Responds())
	assert.Equal(t, access.Limits{MaxSubscriptions: 2, MaxPayload: 1}, own.Limits())
	assert.Equal(t, "ann", own.Token.Label)
	assert.Equal(t, a.Claims.Expires, own.Until().Unix())
	assert.True(t, own.Token.OfAccount)

	nothing := auth.Admit(presents(t, a.User(t, func(u *jwt.UserClaims) { u.Expires = time.Now().Unix() + 20 })))
	assert.True(t, nothing.Rights.MayPublish([]byte("default")))
	assert.False(t, nothing.Rights.MayPublish([]byte("own.x")))
	assert.False(t, nothing.Token.OfAccount)
	assert.Equal(t, access.Limits{}, nothing.Limits())
}

// TestRoles: a key with a role signs users who have what the role has.
func TestRoles(t *testing.T) {
	many := strings.Split(strings.Repeat("t:a ", 65), " ")[:65]
	for i := range many {
		many[i] += strings.Repeat("x", i)
	}
	tests := []struct {
		name, allow string
		deny        string
		tags        []string
		want        []string // that may be published; nil: the user may not come in
		not         []string
	}{
		{"a name", "{{name()}}.>", "", nil, []string{"ann.x"}, []string{"bob.x"}},
		{"a tag", "room.{{ tag(team) }}", "", []string{"team:red", "team:blue", "x:y"}, []string{"room.red", "room.blue"}, []string{"room.y"}},
		{"an account's tag and name", "{{account-tag(zone)}}.{{account-name()}}", "", nil, []string{"eu.acme"}, []string{"eu.ann"}},
		{"no such tag", "room.{{tag(team)}}", "", nil, []string{}, []string{"room", "x"}},
		{"no such tag to deny", "", "room.{{tag(team)}}", nil, nil, nil},
		{"denied", ">", "{{name()}}", nil, []string{"x"}, []string{"ann"}},
		{"no such function", "{{age()}}", "", nil, nil, nil},
		{"a tag with a blank", "a.{{tag(q)}}", "", []string{"q:b c"}, []string{}, []string{"a.b"}},
		{"too many", "{{tag(t)}}.{{tag(t)}}", "", many, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, a, key := operatortest.NewOperator(t), operatortest.NewAccount(t, "acme"), operatortest.NewKey(t)
			role := jwt.NewUserScope()
			role.Key, role.Template.Subs = key.Public, 7
			if tt.allow != "" {
				role.Template.Pub.Allow.Add(tt.allow)
			}
			if tt.deny != "" {
				role.Template.Pub.Deny.Add(tt.deny)
			}
			a.Claims.SigningKeys.AddScopedSigner(role)
			a.Claims.Tags.Add("zone:eu")
			auth := authority(t, o, a)
			who := auth.Admit(presents(t, a.UserBy(t, key, func(u *jwt.UserClaims) {
				u.SetScoped(true)
				u.Name = "ann"
				u.Tags.Add(tt.tags...)
			})))
			require.Equal(t, tt.want != nil, who != nil)
			for _, subject := range tt.want {
				assert.True(t, who.Rights.MayPublish([]byte(subject)), subject)
			}
			for _, subject := range tt.not {
				assert.False(t, who.Rights.MayPublish([]byte(subject)), subject)
			}
			if who != nil {
				assert.Equal(t, 7, who.Limits().MaxSubscriptions)
			}
			assert.Nil(t, auth.Admit(presents(t, a.UserBy(t, key, nil))), "who has limits of its own")
		})
	}
}

func TestHours(t *testing.T) {
	tests := []struct {
		name       string
		start, end string
		at         string
		want       bool
		left       time.Duration
	}{
		{"in the day", "09:00:00", "17:00:00", "12:00:00", true, 5 * time.Hour},
		{"too early", "09:00:00", "17:00:00", "08:59:59", false, 0},
		{"too late", "09:00:00", "17:00:00", "17:00:00", false, 0},
		{"in the night, before midnight", "22:00:00", "06:00:00", "23:30:00", true, 6*time.Hour + 30*time.Minute},
		{"in the night, after midnight", "22:00:00", "06:00:00", "05:00:00", true, time.Hour},
		{"not in the night", "22:00:00", "06:00:00", "12:00:00", false, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, a := operatortest.NewOperator(t), operatortest.NewAccount(t, "A")
			c := presents(t, a.User(t, func(u *jwt.UserClaims) {
				u.Locale = "UTC"
				u.Times = []jwt.TimeRange{{Start: tt.start, End: tt.end}}
			}))
			var err error
			c.Now, err = time.Parse(time.DateTime, "2031-05-05 "+tt.at)
			require.NoError(t, err)
			who := authority(t, o, a).Admit(c)
			require.Equal(t, tt.want, who != nil)
			if who != nil {
				assert.Equal(t, tt.left, who.Until().Sub(c.Now))
			}
		})
	}
}
