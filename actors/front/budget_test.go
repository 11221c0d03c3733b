package front

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/actorstest"
)

// desk is a budget with drafts on it.
type desk struct {
	*budget
	closed []*draft
}

func newDesk(pieces int64) *desk {
	lim := usual
	lim.answers = pieces * pieceSize
	return &desk{budget: newBudget(&lim)}
}

// draft is one of an address that holds so many pieces.
func (d *desk) draft(t *testing.T, from netip.Addr, pieces int) *draft {
	t.Helper()
	a := &draft{budget: d.budget, from: from, since: time.Now()}
	a.close = func() { d.closed = append(d.closed, a) }
	for range pieces {
		require.True(t, d.take(a, pieceSize))
	}
	return a
}

func TestAnswerThatStandsStillLosesItsMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(10)
		small := d.draft(t, one, 1)
		actorstest.Advance(t, 10*time.Second)
		large := d.draft(t, two, 5)
		actorstest.Advance(t, 4*time.Second)
		moving := d.draft(t, one, 4)
		next := d.draft(t, one, 0)
		require.True(t, d.take(next, pieceSize))
		assert.Equal(t, []*draft{large}, d.closed, "5 pieces for 4 s are more than 1 for 14 s")
		assert.Equal(t, int64(6*pieceSize), d.used)
		assert.False(t, d.take(large, pieceSize), "it is lost")
		assert.False(t, d.send(large))
		for range 5 {
			require.True(t, d.take(next, pieceSize))
		}
		assert.Equal(t, []*draft{large, small}, d.closed)
		assert.True(t, d.send(moving))
	})
}

func TestAddressThatHoldsMostPays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(10)
		first := d.draft(t, one, 3)
		actorstest.Advance(t, grace/4)
		second := d.draft(t, two, 2)
		actorstest.Advance(t, grace/4)
		third := d.draft(t, two, 4)
		last := d.draft(t, one, 1)
		require.True(t, d.take(last, pieceSize), "two holds 6, one would hold 5")
		assert.Equal(t, []*draft{second}, d.closed, "2 pieces for 0.25 s are more than 4 that have just been written")
		assert.Equal(t, int64(9*pieceSize), d.used)
		actorstest.Advance(t, grace/10)
		require.True(t, d.take(last, 2*pieceSize))
		assert.Equal(t, []*draft{second, first}, d.closed, "now it is the other's own")
		for _, a := range []*draft{third, last} {
			d.release(a)
		}
		assert.Zero(t, d.used)
		assert.Empty(t, d.drafts)
	})
}

func TestWhoWantsMostIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(10)
		other := d.draft(t, two, 2)
		greedy := d.draft(t, one, 8)
		actorstest.Advance(t, grace/2)
		assert.False(t, d.take(greedy, pieceSize))
		assert.Empty(t, d.closed)
		d.release(greedy)
		assert.Equal(t, int64(2*pieceSize), d.used)
		require.True(t, d.send(other))
		d.took(other, 0) // the short beginning is not counted
		assert.Equal(t, int64(2*pieceSize), d.used)
		d.took(other, 1)
		assert.Equal(t, int64(pieceSize), d.used)
	})
}
