package commit

import (
	"runtime"
	"strconv"
	"testing"
	"weak"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/interest"
)

// subscribers are n subscriptions of a client.
func subscribers(cid uint64, n int) (all []*interest.Subscription) {
	to := &interest.Target{ID: cid}
	for i := range n {
		all = append(all, interest.NewSubscription(to, []byte(">"), nil, []byte(strconv.Itoa(10+i%10))))
	}
	return all
}

// sids are those of subscriptions, and whose they are.
func sids(all []*interest.Subscription) (text []string) {
	for _, s := range all {
		text = append(text, strconv.FormatUint(s.To.ID, 10)+":"+s.SID())
	}
	return text
}

func TestSpread(t *testing.T) {
	few, many, more := subscribers(1, leastBundle-1), subscribers(2, leastBundle), subscribers(3, 2*leastBundle)
	limited := subscribers(4, 2*leastBundle)
	for _, s := range limited {
		s.LimitTo(1)
	}
	var plain []*interest.Subscription
	for i := range more { // as they may come from several patterns
		for _, all := range [][]*interest.Subscription{more, limited, many, few} {
			if i < len(all) {
				plain = append(plain, all[i])
			}
		}
	}
	s := newSpread(&result{Plain: plain}, weak.Pointer[result]{})
	for looks, done := 0, false; !done; {
		looks, done = s.goOn(100)
		require.Less(t, looks, 100+counting)
		if len(more) > 0 && s.making != nil && len(s.making.whose) > len(plain)/2 {
			more[0].LimitTo(1) // by now it is one that has to be asked about, but it stays where it is
		}
	}
	require.Len(t, s.bundles, 2)
	for at := range s.order {
		b := s.at(at)
		if b == nil {
			continue
		}
		got := s.order[b.from:b.to]
		want := many
		if got[0].To.ID == 3 {
			want = more
		}
		assert.Equal(t, sids(want), sids(got), "in the order in which they were")
		assert.Equal(t, 2*len(got), b.sids)
	}
	first := s.bundles[0].from
	require.Equal(t, len(few)+len(limited), first)
	assert.ElementsMatch(t, sids(append(few, limited...)), sids(s.order[:first]))
	assert.Equal(t, len(s.order), s.bundles[1].to)
	assert.Equal(t, s.bundles[0].to, s.bundles[1].from)
}

// A spread is kept for as long as its result lives, and no longer.
func TestSpreadsAreGivenBack(t *testing.T) {
	var all spreads
	res := &result{Plain: subscribers(1, leastBundle)}
	s := all.of(res)
	_, done := s.goOn(1)
	require.False(t, done)
	assert.NotSame(t, s, all.of(res), "it is kept when it is made")
	_, done = s.goOn(1000)
	require.True(t, done)
	all.keep(res, s)
	assert.Same(t, s, all.of(res))
	runtime.KeepAlive(res)
	held := func() (n int) {
		for i := range all {
			if all[i].Load() != nil {
				n++
			}
		}
		return n
	}
	require.Equal(t, 1, held())
	for held() > 0 { // a test that hangs says so
		runtime.GC()
		runtime.Gosched()
	}
}
