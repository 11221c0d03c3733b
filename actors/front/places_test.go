package front

import (
	"context"
	"net/netip"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var one, two, three = netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2"), netip.MustParseAddr("10.0.0.3")

// wait waits for a place, and says when it has one.
func wait(t *testing.T, p *Places, from netip.Addr, name string, got chan<- string) {
	t.Helper()
	go func() {
		if _, err := p.Enter(t.Context(), from); err == nil {
			got <- name
		}
	}()
	synctest.Wait()
}

func TestOneAddressNeverHasAllPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPlaces(4)
		got := make(chan string, 9)
		for range 6 {
			wait(t, p, one, "one", got)
		}
		assert.Len(t, got, 3)
		leave, err := p.Enter(t.Context(), two)
		require.NoError(t, err, "at once")
		leave()
		leave() // once counts
		assert.Len(t, got, 3)
		assert.Len(t, p.waiting, 3)
	})
}

func TestNextPlaceIsForWhoHasFewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPlaces(3)
		var leave []func()
		for _, from := range []netip.Addr{one, one, two} {
			l, err := p.Enter(t.Context(), from)
			require.NoError(t, err)
			leave = append(leave, l)
		}
		got := make(chan string, 9)
		wait(t, p, one, "one", got)
		wait(t, p, two, "two", got)
		wait(t, p, three, "three", got)
		for i, want := range []string{"three", "one", "two"} {
			leave[i]()
			synctest.Wait()
			require.Len(t, got, 1)
			assert.Equal(t, want, <-got)
		}
	})
}

func TestWhoGivesUpTakesNoPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPlaces(1)
		leave, err := p.Enter(t.Context(), one)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = p.Enter(ctx, two)
		require.ErrorIs(t, err, context.Canceled)
		assert.Empty(t, p.waiting)
		assert.False(t, p.giveUp(&waiter{}), "one that does not wait has a place, and gives it back")
		leave()
		assert.Equal(t, 1, p.free)
		assert.Empty(t, p.taken, "nothing is kept of who has gone")
	})
}
