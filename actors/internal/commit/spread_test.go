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
	s := newSpread(&result{Plain: plain}, weak.Pointer[result]{}, true)
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

// TestSpreadOfGroups: who is alone in a queue group is delivered to as if it was in none, but for messages that other servers have
// chosen for a group, and where these have members too.
func TestSpreadOfGroups(t *testing.T) {
	const many = 2 * leastBundle
	r := &result{Plain: subscribers(1, 1)}
	all := subscribers(2, many)
	for i, s := range all {
		r.Groups = append(r.Groups, group{Name: "g" + strconv.Itoa(i), Members: []*interest.Subscription{s}})
	}
	shared := group{Name: "shared", Members: subscribers(3, 2)}
	limited := group{Name: "limited", Members: subscribers(2, 1)}
	limited.Members[0].LimitTo(1)
	r.Groups = append(r.Groups, shared, limited, group{Name: interest.FarQueue("g0"), Members: subscribers(4, 1)})
	for _, alone := range []bool{true, false} {
		s := newSpread(r, weak.Pointer[result]{}, alone)
		for done := false; !done; {
			_, done = s.goOn(10)
		}
		assert.Equal(t, sides{near: 1, far: many + 3}, s.sides["g0"])
		if !alone {
			assert.Empty(t, s.bundles)
			assert.Nil(t, s.groups)
			assert.Equal(t, r.Plain, s.order)
			continue
		}
		require.Len(t, s.bundles, 1)
		assert.Equal(t, append(sids(r.Plain), sids(all[1:])...), sids(s.order))
		var names []string
		for _, g := range s.groups {
			names = append(names, g.Name)
		}
		assert.Equal(t, []string{"g0", "shared", "limited", interest.FarQueue("g0")}, names)
	}
}

// A spread is kept for as long as its result lives, and no longer.
func TestSpreadsAreGivenBack(t *testing.T) {
	var all spreads
	res := &result{Plain: subscribers(1, leastBundle)}
	s := all.of(res, true)
	_, done := s.goOn(1)
	require.False(t, done)
	assert.NotSame(t, s, all.of(res, true), "it is kept when it is made")
	_, done = s.goOn(1000)
	require.True(t, done)
	all.keep(res, s)
	assert.Same(t, s, all.of(res, true))
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
