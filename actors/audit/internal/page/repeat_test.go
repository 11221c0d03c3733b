package page

import (
	"fmt"
	"hash/crc32"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
	"github.com/troupe-mq/troupe/actors/tap"
)

// What is made of the line before is what would be written, on the tape too.
func TestRepeatedLines(t *testing.T) {
	r := tap.Record{
		Kind: tap.Published, Time: midday, Origin: bob, Subject: "a.b", Size: 16,
		Outcome: tap.OutcomeDelivered, Copies: 1,
	}
	for _, from := range []struct{ n, seq uint64 }{
		{1, 1}, {1, 99_990}, {998, 5}, {99, 99}, {9_999_995, 995}, {999_999_999_999, 0}, {1, math.MaxUint64 - 9}, {9, 999_999_999_999_999_995},
	} {
		for _, times := range []int{1, 2, 5, 10} {
			t.Run(fmt.Sprint(from.n, from.seq, times), func(t *testing.T) {
				some, each := New(tap.PayloadNone, true, make(Shifts)), New(tap.PayloadNone, true, make(Shifts))
				n := from.n
				for round := range 3 {
					r.Seq = from.seq
					r.Copies = round / 2
					some.Add(n, &r, times)
					for range times {
						each.Add(n, &r, 1)
						n++
						r.Seq++
					}
				}
				assert.Equal(t, string(each.Lines), string(some.Lines))
				assert.Equal(t, string(each.Tape.Buf), string(some.Tape.Buf))
				assert.Equal(t, each.Last, some.Last)
				var read chain.Tape
				for text := range strings.Lines(string(some.Lines)) {
					l, err := chain.ParseLine([]byte(text[:len(text)-1]))
					require.NoError(t, err)
					require.True(t, read.Line(l))
				}
				assert.Equal(t, string(read.Buf), string(some.Tape.Buf))
			})
		}
	}
}

// A page is filled anew as if it were new, and also when no shift can be had.
func TestRepeatedLinesOfOtherPages(t *testing.T) {
	known := make(Shifts)
	for n := range 2 * maxShifts {
		p, fresh := New(tap.PayloadNone, true, known), New(tap.PayloadNone, true, make(Shifts))
		r := tap.Record{Kind: tap.Published, Time: midday, Origin: bob, Subject: strings.Repeat("s", n+1)}
		p.Add(7, &r, 3)
		p.Reset()
		p.Add(5, &r, 9)
		fresh.Add(5, &r, 9)
		require.Equal(t, string(fresh.Lines), string(p.Lines))
		require.Equal(t, string(fresh.Tape.Buf), string(p.Tape.Buf))
	}
}

func TestFollow(t *testing.T) {
	for _, tt := range []struct{ head, next string }{
		{`{"n":1,"seq":4`, `{"n":2,"seq":5`},
		{`{"n":199,"seq":0`, `{"n":200,"seq":1`},
		{`{"n":17`, `{"n":18`},
		{`{"n":9,"seq":1`, ""},
		{`{"n":1,"seq":99`, ""},
		{`{"n":9`, ""},
		{"", ""},
	} {
		head := []byte(tt.head)
		if chain.Follow(head) {
			assert.Equal(t, tt.next, string(head))
		} else {
			assert.Empty(t, tt.next, tt.head)
		}
	}
}

func TestStep(t *testing.T) {
	b, rest := []byte("0"), []byte("behind the number")
	for range 1200 {
		before := crc32.Update(crc32.Update(0, chain.Castagnoli, b), chain.Castagnoli, rest)
		if !strings.Contains(string(b), "9") || strings.Trim(string(b), "9") != "" {
			change := step(b, len(rest))
			assert.Equal(t, crc32.Update(crc32.Update(0, chain.Castagnoli, b), chain.Castagnoli, rest), before^change)
			continue
		}
		b = []byte("1" + strings.Repeat("0", len(b)))
	}
	assert.Equal(t, "1200", string(b))
}

func TestSameDigits(t *testing.T) {
	for n, want := range map[uint64]uint64{0: 9, 9: 0, 10: 89, 99_998: 1, 1e19: 0, math.MaxUint64: 0, 1e18: 0, 999_999_999_999_999_999: 0} {
		assert.Equal(t, want, sameDigits(n), n)
	}
}
