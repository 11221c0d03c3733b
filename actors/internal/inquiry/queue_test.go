package inquiry

import (
	"testing"

	"github.com/nats-io/nkeys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/session"
)

// asking is somebody from an address.
func asking(t *testing.T, gate *access.Gate, host string, size int) *Ask {
	t.Helper()
	claim := gate.Claim(access.Credentials{Host: host, User: "u", Password: string(make([]byte, size))})
	require.NotNil(t, claim.Delegation())
	return &Ask{Proof: &session.Proof{Claim: claim}}
}

func gateOf(t *testing.T) *access.Gate {
	t.Helper()
	key, err := nkeys.CreateAccount()
	require.NoError(t, err)
	issuer, err := key.PublicKey()
	require.NoError(t, err)
	gate, err := access.New(access.Policy{Callout: &access.Callout{
		Issuer: issuer, Account: "$G", Users: []string{"auth"},
	}})
	require.NoError(t, err)
	return gate
}

// TestAddressesTakeTurns: who has sent a thousand keeps nobody else waiting.
func TestAddressesTakeTurns(t *testing.T) {
	gate, q := gateOf(t), newQueue()
	for range 1000 {
		require.Empty(t, q.add(asking(t, gate, "10.0.0.1", 0)))
	}
	one := asking(t, gate, "10.0.0.2", 0)
	q.add(one)
	assert.NotSame(t, one, q.next())
	assert.Same(t, one, q.next())
	for range 999 {
		require.NotNil(t, q.next())
	}
	assert.Nil(t, q.next())
	assert.Empty(t, q.turns)
}

// TestFloodDisplacesItself: what waits is bounded, and who has most of it pays.
func TestFloodDisplacesItself(t *testing.T) {
	const size = 1 << 20
	gate, q := gateOf(t), newQueue()
	one := asking(t, gate, "10.0.0.2", 0)
	q.add(one)
	gone := 0
	for range 2 * mayWaitBytes / size {
		for _, a := range q.add(asking(t, gate, "10.0.0.1", size)) {
			assert.NotSame(t, one, a)
			gone++
		}
	}
	assert.Equal(t, gone, q.dropped)
	assert.Greater(t, gone, mayWaitBytes/size)
	assert.LessOrEqual(t, q.waiting.Bytes(), mayWaitBytes)
	assert.Same(t, one, q.next())
}
