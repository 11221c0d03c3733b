package actors

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAdmission(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	one, other := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")

	t.Run("connections", func(t *testing.T) {
		a := newAdmission(&Config{MaxConnectionsPerAddress: 2})
		require.True(t, a.limited())
		require.True(t, a.enter(one, now))
		require.True(t, a.enter(one, now))
		require.False(t, a.enter(one, now))
		require.True(t, a.enter(other, now), "each address has its own")
		a.leave(one)
		require.True(t, a.enter(one, now))
	})
	t.Run("attempts", func(t *testing.T) {
		a := newAdmission(&Config{MaxAttemptsPerAddress: 3})
		for range 3 {
			require.True(t, a.enter(one, now))
			a.leave(one)
		}
		require.False(t, a.enter(one, now))
		require.True(t, a.enter(other, now))
		require.False(t, a.enter(one, now.Add(300*time.Millisecond)))
		require.True(t, a.enter(one, now.Add(700*time.Millisecond)))
	})
	t.Run("forgets", func(t *testing.T) {
		a := newAdmission(&Config{MaxAttemptsPerAddress: 1})
		a.enter(one, now)
		a.leave(one)
		a.enter(other, now.Add(sweepEvery))
		require.Len(t, a.known, 1)
	})
	require.False(t, newAdmission(&Config{}).limited())
}
