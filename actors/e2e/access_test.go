package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
	"github.com/stretchr/testify/require"
)

const usersConf = `
authorization {
  SERVICE = { subscribe: ["req.>", "jobs workers"], publish: "log", allow_responses: true }
  users = [
    { user: svc, password: p, permissions: $SERVICE }
    { user: root, password: $2a$04$%s }
    { nkey: %s, permissions: { publish: { deny: "secret.>" }, subscribe: { deny: "in.secret" } } }
  ]
}
`

// rootHash is a bcrypt hash of "r", behind its $2a$04$.
const rootHash = "QJjkZ1SXgXMQQ0RDeZ1Ske6H0dr65N0BJhv2C83g141ga2wbse9AO"

// TestUsers: a client library logs in by each way, is told what it may not do,
// and goes on.
func TestUsers(t *testing.T) {
	pair, err := nkeys.CreateUser()
	require.NoError(t, err)
	public, err := pair.PublicKey()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "users.conf")
	require.NoError(t, os.WriteFile(path, fmt.Appendf(nil, usersConf, rootHash, public), 0o600))
	s := startProgram(t, "-c", path).site()

	violations := make(chan string, 10)
	heard := nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { violations <- err.Error() })
	root := s.connect(t, nats.UserInfo("root", "r"))
	service := s.connect(t, nats.UserInfo("svc", "p"), heard)
	keyed := s.connect(t, nats.Nkey(public, pair.Sign), heard)
	for _, wrong := range []nats.Option{
		nats.UserInfo("root", "p"), nats.UserInfo("nobody", "p"), nats.Token("r"),
		nats.Nkey(public, func([]byte) ([]byte, error) { return make([]byte, 64), nil }),
	} {
		_, err := s.dial(wrong)
		require.ErrorIs(t, err, nats.ErrAuthorization)
	}

	_, err = service.Subscribe("req.*", func(m *nats.Msg) {
		if err := m.Respond([]byte("answer")); err != nil {
			t.Error(err)
		}
	})
	require.NoError(t, err)
	require.NoError(t, service.Flush())
	for range 100 {
		m, err := root.Request("req.a", nil, patience)
		require.NoError(t, err)
		require.Equal(t, "answer", string(m.Data))
	}
	require.NoError(t, service.Publish("elsewhere", nil))
	require.Equal(t, `nats: permissions violation: Permissions Violation for Publish to "elsewhere"`, <-violations)
	_, err = service.Subscribe("jobs", func(*nats.Msg) {})
	require.NoError(t, err)
	require.Equal(t, `nats: permissions violation: Permissions Violation for Subscription to "jobs"`, <-violations)
	_, err = service.QueueSubscribe("jobs", "others", func(*nats.Msg) {})
	require.NoError(t, err)
	require.Equal(t, `nats: permissions violation: Permissions Violation for Subscription to "jobs" using queue "others"`, <-violations)
	jobs, err := service.QueueSubscribeSync("jobs", "workers")
	require.NoError(t, err)
	require.NoError(t, service.Flush())
	require.NoError(t, root.Publish("jobs", []byte("job")))
	require.Equal(t, "job", string(next(t, jobs).Data))

	in, err := keyed.SubscribeSync("in.*")
	require.NoError(t, err)
	require.NoError(t, keyed.Publish("secret.x", nil))
	require.Equal(t, `nats: permissions violation: Permissions Violation for Publish to "secret.x"`, <-violations)
	require.NoError(t, keyed.Flush())
	require.NoError(t, root.Publish("in.secret", nil))
	require.NoError(t, root.Publish("in.open", nil))
	require.Equal(t, "in.open", next(t, in).Subject)
	nothing(t, keyed, in)
	require.Empty(t, violations)
}
