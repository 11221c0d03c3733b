package peer_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/wire/link"
)

// books is a ledger and what it has written.
type books struct {
	peer.Ledger
	lines []string
}

func (b *books) write(i link.Interest) {
	b.lines = append(b.lines, fmt.Sprintf("%s/%s %d", i.Subject, i.Queue, i.Weight))
}

// say returns what a statement has the server told.
func (b *books) say(m *interest.Stated) []string {
	b.lines = nil
	b.Take(m, b.write)
	if m.Complete {
		for round := b.Sweep(m.Speaker, b.write); round.Next(1); {
		}
	}
	return b.lines
}

// one is one of two partitions.
func one(partition int) interest.Speaker { return interest.Speaker{Partition: partition, Of: 2} }

func counts(partition int, c ...interest.Count) *interest.Stated {
	return &interest.Stated{Speaker: one(partition), Counts: c}
}

// TestLedger: a server is told of a pattern once, of a group whenever its members change, and of nothing twice.
func TestLedger(t *testing.T) {
	b := &books{}
	assert.Equal(t, []string{"a/ 1", "a/q 2"}, b.say(counts(0, interest.Count{Subject: "a", N: 1}, interest.Count{Subject: "a", Queue: "q", N: 2})))
	assert.Empty(t, b.say(counts(0, interest.Count{Subject: "a", N: 5}, interest.Count{Subject: "a", Queue: "q", N: 2})))
	assert.Equal(t, []string{"a/q 3"}, b.say(counts(0, interest.Count{Subject: "a", Queue: "q", N: 3})))
	assert.Equal(t, []string{"a/ 0"}, b.say(counts(0, interest.Count{Subject: "a"}, interest.Count{Subject: "a"})))
	assert.Empty(t, b.say(counts(0, interest.Count{Subject: "never"})))
	assert.Equal(t, 1, b.Len())
}

// TestLedgerOrigins: what the leaf nodes of a cluster want is told apart from what is wanted here, and from what others want.
func TestLedgerOrigins(t *testing.T) {
	l := peer.Ledger{}
	say := func(c ...interest.Count) (lines []string) {
		l.Take(counts(0, c...), func(i link.Interest) {
			i.Account = "A"
			lines = append(lines, strings.TrimSpace(string(link.Route.AppendInterest(nil, &i))))
		})
		return lines
	}
	a := interest.Count{Subject: "a", N: 1}
	here, x, y := a, a, a
	x.Origin, y.Origin = "X", "Y"
	assert.Equal(t, []string{"RS+ A a", "LS+ X A a", "LS+ Y A a"}, say(here, x, y))
	assert.Empty(t, say(here, x, y))
	x.N = 0
	assert.Equal(t, []string{"LS- X A a"}, say(x))
	q := interest.Count{Subject: "a", Queue: "q", Origin: "X", N: 2}
	assert.Equal(t, []string{"LS+ X A a q 2"}, say(q))
	q.N = 0
	assert.Equal(t, []string{"LS- X A a q"}, say(q))
	assert.Equal(t, 2, l.Len())
}

// TestLedgerAfterACrash: what a partition does not state again is withdrawn, but that of others is not, nor is it before
// the partition is through.
func TestLedgerAfterACrash(t *testing.T) {
	b := &books{}
	b.say(counts(0, interest.Count{Subject: "a", N: 1}, interest.Count{Subject: "b", N: 1}))
	b.say(counts(1, interest.Count{Subject: "c", N: 1}))
	assert.Empty(t, b.say(&interest.Stated{Speaker: one(0), Anew: true}))
	assert.Empty(t, b.say(counts(0, interest.Count{Subject: "a", N: 2})))
	assert.Equal(t, []string{"b/ 0"}, b.say(&interest.Stated{Speaker: one(0), Complete: true}))
	assert.Empty(t, b.say(&interest.Stated{Speaker: one(0), Complete: true}))
	assert.Equal(t, 2, b.Len())
}

// TestLedgerOfAnotherLayout: partitions that take the place of others are believed alone, and what they do not state is
// withdrawn when all of them are through: not before, since another one may state it.
func TestLedgerOfAnotherLayout(t *testing.T) {
	b := &books{}
	by := func(partition int) interest.Speaker { return interest.Speaker{Partition: partition, Of: 3, Layout: 1} }
	b.say(counts(0, interest.Count{Subject: "a", N: 1}, interest.Count{Subject: "gone", N: 1}))
	b.say(counts(1, interest.Count{Subject: "b", N: 1}, interest.Count{Subject: "c", N: 1}))
	for p := range 3 {
		assert.Empty(t, b.say(&interest.Stated{Speaker: by(p), Anew: true}))
	}
	assert.Empty(t, b.say(&interest.Stated{Speaker: by(0), Counts: []interest.Count{{Subject: "b", N: 1}}}))
	assert.Empty(t, b.say(&interest.Stated{Speaker: by(0), Complete: true}))
	assert.Empty(t, b.say(counts(1, interest.Count{Subject: "b"}, interest.Count{Subject: "late", N: 1})), "it is no more")
	assert.Empty(t, b.say(&interest.Stated{Speaker: by(1), Counts: []interest.Count{{Subject: "c", N: 1}}}))
	assert.Empty(t, b.say(&interest.Stated{Speaker: by(1), Complete: true}))
	assert.Empty(t, b.say(&interest.Stated{Speaker: one(0), Complete: true}))
	assert.Equal(t, []string{"d/ 1"}, b.say(&interest.Stated{Speaker: by(2), Counts: []interest.Count{{Subject: "a", N: 1}, {Subject: "d", N: 1}}}))
	assert.Equal(t, []string{"gone/ 0"}, b.say(&interest.Stated{Speaker: by(2), Complete: true}))
	assert.Equal(t, 4, b.Len())
	assert.Equal(t, []string{"d/ 0"}, b.say(&interest.Stated{Speaker: by(1), Counts: []interest.Count{{Subject: "d"}}}))
}

// TestLedgerStanding: what stands stays whoever comes and goes, and those who want it are remembered.
func TestLedgerStanding(t *testing.T) {
	b := &books{}
	b.Stand(0, []string{"x.>"}, b.write)
	assert.Equal(t, []string{"x.>/ 1"}, b.lines)
	assert.Empty(t, b.say(counts(0, interest.Count{Subject: "x.>", N: 1})))
	assert.Empty(t, b.say(counts(0, interest.Count{Subject: "x.>"})))
	assert.Empty(t, b.say(&interest.Stated{Speaker: one(0), Anew: true, Complete: true}))
	b.say(counts(0, interest.Count{Subject: "x.>", N: 1}))
	b.lines = nil
	b.Stand(0, nil, b.write)
	assert.Empty(t, b.lines, "somebody wants it besides")
	assert.Equal(t, []string{"x.>/ 0"}, b.say(counts(0, interest.Count{Subject: "x.>"})))
	assert.Zero(t, b.Len())
}

// TestLedgerMay: what a server may not hear of is neither announced nor withdrawn.
func TestLedgerMay(t *testing.T) {
	rights := peer.NewRights([]*peer.Permissions{nil, {Deny: []string{"secret.>"}}}, nil)
	b := &books{Ledger: peer.Ledger{May: func(_ int, pattern, queue string) bool {
		return rights.MayAnnounce(pattern, queue) && peer.Hears(pattern, false)
	}}}
	for _, pattern := range []string{"secret.a", "secret.*", "$SYS.x"} {
		assert.Empty(t, b.say(counts(0, interest.Count{Subject: pattern, N: 1}, interest.Count{Subject: pattern})), pattern)
	}
	assert.NotEmpty(t, b.say(counts(0, interest.Count{Subject: "open.a", N: 1})))
	assert.False(t, rights.MayCome([]byte("secret.a")))
	assert.True(t, rights.MayCome([]byte("open.a")))
	assert.Nil(t, rights.Out())
}

// TestLedgerIsExact: whatever is stated in whatever order, the server has been told of what is wanted at the end.
func TestLedgerIsExact(t *testing.T) {
	const patterns, statements, atOnce = 3000, 400, 64
	r := rand.New(rand.NewPCG(1, 2))
	wanted, told := make(map[string]int), make(map[string]int)
	var l peer.Ledger
	write := func(i link.Interest) {
		if told[i.Subject+" "+i.Queue] = i.Weight; i.Weight == 0 {
			delete(told, i.Subject+" "+i.Queue)
		}
	}
	for round := range statements {
		m := interest.NewStated(0, one(0))
		for range atOnce {
			c := interest.Count{Subject: strconv.Itoa(r.IntN(patterns)), N: r.IntN(3)}
			if round > statements/2 {
				c.N = 0 // it shrinks, too
			}
			if r.IntN(3) == 0 {
				c.Queue = "q" + strconv.Itoa(r.IntN(2))
			}
			m.Counts = append(m.Counts, c)
			if c.Queue == "" {
				c.N = min(c.N, 1)
			}
			if wanted[c.Subject+" "+c.Queue] = c.N; c.N == 0 {
				delete(wanted, c.Subject+" "+c.Queue)
			}
		}
		l.Take(m, write)
		m.Recycle()
		assert.Equal(t, len(wanted), l.Len())
	}
	assert.Equal(t, wanted, told)
	assert.NotEmpty(t, told)
}

// TestLedgerInRounds: a way through what the server has been told, a little at a time, misses nothing and tells nothing twice, whatever is
// said meanwhile.
func TestLedgerInRounds(t *testing.T) {
	const patterns = 300
	b := &books{Ledger: peer.Ledger{May: func(_ int, pattern, _ string) bool { return true }}}
	m := counts(0)
	for i := range patterns {
		m.Counts = append(m.Counts, interest.Count{Subject: strconv.Itoa(i), N: 1})
	}
	b.say(m)
	b.lines = nil
	b.May = func(_ int, pattern, _ string) bool { return !strings.HasSuffix(pattern, "7") && pattern != "new" }
	round := b.Review(b.write)
	for i := 0; round.Next(10); i++ {
		b.Take(counts(0, interest.Count{Subject: strconv.Itoa(i)}, interest.Count{Subject: "new", N: 1}, interest.Count{Subject: "more" + strconv.Itoa(i), N: 1}), b.write)
	}
	told := map[string]int{}
	for _, line := range b.lines {
		told[line]++
	}
	for i := range patterns {
		if i%10 == 7 {
			assert.Equal(t, 1, told[fmt.Sprintf("%d/ 0", i)], i)
		}
	}
	assert.Zero(t, told["new/ 1"])

	b.lines = nil
	for again := b.Again(func(i *link.Interest) bool { return i.Subject == "100" }, b.write); again.Next(1); {
	}
	assert.Equal(t, []string{"100/ 1"}, b.lines)

	b.Take(&interest.Stated{Speaker: one(0), Anew: true}, b.write)
	sweep := b.Sweep(one(0), b.write)
	b.lines = nil
	require.True(t, sweep.Next(10))
	assert.Len(t, b.lines, 10)
	b.Take(&interest.Stated{Speaker: one(0), Anew: true}, b.write) // it has crashed once more, and begins to state what it has
	for sweep.Next(10) {
	}
	assert.Len(t, b.lines, 10)
}
