//go:build unix

package engine_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access/operator/operatortest"
	"github.com/troupe-mq/troupe/actors/engine"
)

// as connects as a user of an account.
func as(t *testing.T, b *actors.Broker, u *operatortest.User) *nats.Conn {
	t.Helper()
	nc, err := nats.Connect("", nats.InProcessServer(b), nats.NoReconnect(),
		nats.UserJWT(func() (string, error) { return u.Token, nil }, u.Pair.Sign))
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	return nc
}

// TestOperator: accounts that an operator has signed store what their tokens let them, each by itself, and one that comes
// while the engine runs does so as well.
func TestOperator(t *testing.T) {
	o := operatortest.NewOperator(t)
	a, b, none := operatortest.NewAccount(t, "A"), operatortest.NewAccount(t, "B"), operatortest.NewAccount(t, "NONE")
	a.Claims.Limits.JetStreamLimits = jwt.JetStreamLimits{MemoryStorage: 1 << 20, DiskStorage: 1 << 20, Streams: 1, Consumer: -1}
	b.Claims.Limits.JetStreamTieredLimits = jwt.JetStreamTieredLimits{"R1": {DiskStorage: -1, Streams: -1, Consumer: -1}}
	config := actors.Config{Operators: []string{o.Token(t)}, AccountTokens: o.Accounts(t, a, none)}
	broker, e := start(t, engine.Config{}, config)
	assert.Equal(t, []string{a.Public}, names(ask(t, e)))

	js, err := as(t, broker, a.User(t, nil)).JetStream(nats.MaxWait(10 * time.Second))
	require.NoError(t, err)
	_, err = js.AddStream(&nats.StreamConfig{Name: "S", Subjects: []string{"s"}, MaxBytes: 1000})
	require.NoError(t, err)
	ack, err := js.Publish("s", []byte("x"))
	require.NoError(t, err)
	assert.Empty(t, ack.Domain)
	_, err = js.AddStream(&nats.StreamConfig{Name: "T", MaxBytes: 1000})
	require.ErrorContains(t, err, "maximum number of streams reached")

	nc := as(t, broker, none.User(t, nil))
	js, err = nc.JetStream(nats.MaxWait(10 * time.Second))
	require.NoError(t, err)
	_, err = js.AccountInfo()
	require.ErrorIs(t, err, nats.ErrJetStreamNotEnabledForAccount)

	_, err = broker.Update(t.Context(), func(c *actors.Config) error {
		c.AccountTokens = o.Accounts(t, a, b, none)
		return nil
	})
	require.NoError(t, err)
	nc = as(t, broker, b.User(t, nil))
	var info struct {
		Streams int `json:"streams"`
		Limits  any `json:"limits"`
	}
	require.Eventually(t, func() bool {
		m, err := nc.Request("$JS.API.INFO", nil, 10*time.Second)
		return err == nil && json.Unmarshal(m.Data, &info) == nil && info.Limits != nil
	}, 30*time.Second, 10*time.Millisecond)
	assert.Zero(t, info.Streams, "what another account has is not seen")
}
