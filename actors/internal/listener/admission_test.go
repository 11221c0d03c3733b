package listener

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
		a := NewAdmission(2, 0)
		require.True(t, a.admit(one, now))
		require.True(t, a.admit(one, now))
		require.False(t, a.admit(one, now))
		require.True(t, a.admit(other, now), "each address has its own")
		a.Leave(one)
		require.True(t, a.admit(one, now))
	})
	t.Run("attempts", func(t *testing.T) {
		a := NewAdmission(0, 3)
		for range 3 {
			require.True(t, a.admit(one, now))
			a.Leave(one)
		}
		require.False(t, a.admit(one, now))
		require.True(t, a.admit(other, now))
		require.False(t, a.admit(one, now.Add(300*time.Millisecond)))
		require.True(t, a.admit(one, now.Add(700*time.Millisecond)))
	})
	t.Run("forgets", func(t *testing.T) {
		a := NewAdmission(0, 1)
		a.admit(one, now)
		a.Leave(one)
		a.admit(other, now.Add(sweepEvery))
		require.Len(t, a.known, 1)
	})
	t.Run("other limits", func(t *testing.T) {
		a := NewAdmission(0, 0)
		for range 3 {
			require.True(t, a.admit(one, now))
		}
		a.SetLimits(3, 0)
		require.False(t, a.admit(one, now), "who was there before counts")
		a.Leave(one)
		require.True(t, a.admit(one, now))
		a.SetLimits(0, 1)
		require.True(t, a.admit(other, now))
		require.False(t, a.admit(other, now))
	})
	t.Run("no limits", func(t *testing.T) {
		var a *admission
		require.True(t, a.admit(one, now))
		a.Leave(one)
	})
}
