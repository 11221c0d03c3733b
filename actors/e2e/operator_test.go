package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access/operator/operatortest"
)

const operatorConf = `
operator: %q
resolver: MEMORY
resolver_preload: {
  %s: %s
  %s: %s
}
`

// creds writes the file that a client library is given.
func creds(t *testing.T, u *operatortest.User) nats.Option {
	t.Helper()
	seed, err := u.Pair.Seed()
	require.NoError(t, err)
	text, err := jwt.FormatUserConfig(u.Token, seed)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "user.creds")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return nats.UserCredentials(path)
}

// TestOperator: a client library comes in with its .creds file, is told who it
// is and what it may not do, and is seen by the system account.
func TestOperator(t *testing.T) {
	o, a, system := operatortest.NewOperator(t), operatortest.NewAccount(t, "A"), operatortest.NewAccount(t, "SYS")
	o.Claims.SystemAccount = system.Public
	tokens := o.Accounts(t, a, system)
	dir := t.TempDir()
	operator := filepath.Join(dir, "operator.jwt")
	require.NoError(t, os.WriteFile(operator, []byte(o.Token(t)), 0o600))
	path := filepath.Join(dir, "operator.conf")
	conf := fmt.Appendf(nil, operatorConf, operator, a.Public, tokens[a.Public], system.Public, tokens[system.Public])
	require.NoError(t, os.WriteFile(path, conf, 0o600))
	s := startProgram(t, "-c", path).site()

	ann := a.User(t, func(u *jwt.UserClaims) {
		u.Name = "ann"
		u.Pub.Deny.Add("secret")
	})
	violations := make(chan string, 10)
	nc := s.connect(t, creds(t, ann), nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { violations <- err.Error() }))
	require.NoError(t, nc.Publish("secret", nil))
	require.Contains(t, <-violations, `Permissions Violation for Publish to "secret"`)
	me, err := nc.Request("$SYS.REQ.USER.INFO", nil, patience)
	require.NoError(t, err)
	require.Contains(t, string(me.Data), fmt.Sprintf(`"user":%q,"account":%q,"account_name":"A","user_name":"ann"`, ann.Public, a.Public))
	require.Contains(t, string(me.Data), `"deny":["secret"]`)

	watcher := s.connect(t, creds(t, system.User(t, nil)))
	seen, err := watcher.Request("$SYS.REQ.SERVER.PING.CONNZ", []byte(`{"auth":true}`), patience)
	require.NoError(t, err)
	require.Contains(t, string(seen.Data), fmt.Sprintf(`"authorized_user":%q,"account":%q`, ann.Public, a.Public))
	require.NotContains(t, string(seen.Data), ann.Token)

	for _, wrong := range []nats.Option{
		nats.UserInfo("u", "p"), nats.Name("nobody"),
		creds(t, operatortest.NewAccount(t, "B").User(t, nil)),
		nats.UserJWT(func() (string, error) { return ann.Token, nil }, a.User(t, nil).Pair.Sign), // somebody else signs
	} {
		_, err := s.dial(wrong)
		require.ErrorIs(t, err, nats.ErrAuthorization)
	}
}
