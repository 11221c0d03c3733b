package index_test

import (
	"fmt"
	"testing"

	"github.com/troupe-mq/troupe/topics/index"
)

const (
	many  = 100_000
	limit = 1 << 17
)

// names spells format with 0..n-1, as subjects.
func names(format string, n int) [][]byte {
	out := make([][]byte, n)
	for i := range out {
		out[i] = fmt.Appendf(nil, format, i)
	}
	return out
}

// filled is an index with a subscription for each of the names.
func filled(format string, n, cacheLimit int) *index.Index[*sub] {
	x := caching(cacheLimit)
	for _, name := range names(format, n) {
		s := &sub{pattern: string(name)}
		x.Insert(s.pattern, "", s)
	}
	return x
}

// only is an index with one subscription.
func only(pattern string, cacheLimit int) *index.Index[*sub] {
	x := caching(cacheLimit)
	x.Insert(pattern, "", &sub{pattern: pattern})
	return x
}

func matchInTurn(b *testing.B, x *index.Index[*sub], subjects [][]byte) {
	b.Helper()
	for range 3 { // Seen twice is cached for certain.
		for _, s := range subjects {
			x.Match(s)
		}
	}
	before := x.Stats()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		x.Match(subjects[i])
		if i++; i == len(subjects) {
			i = 0
		}
	}
	after := x.Stats()
	b.ReportMetric(float64(after.Hits-before.Hits)/float64(after.Matches-before.Matches), "hits/op")
}

func BenchmarkMatchHot(b *testing.B) {
	x := filled("m.7.k%d.x", many, limit)
	matchInTurn(b, x, [][]byte{[]byte("m.7.k12345.x")})
}

func BenchmarkMatchInTurnOneWildcard(b *testing.B) {
	matchInTurn(b, only("m.>", limit), names("m.7.k%d.x", many))
}

func BenchmarkMatchInTurnLongSubjects(b *testing.B) {
	matchInTurn(b, only("telemetry.>", limit), names("telemetry.device.%08d.sensor.temperature", many))
}

func BenchmarkMatchInTurnLiteral(b *testing.B) {
	matchInTurn(b, filled("m.7.k%d.x", many, limit), names("m.7.k%d.x", many))
}

func BenchmarkMatchUncachedLiteral(b *testing.B) {
	matchInTurn(b, filled("m.7.k%d.x", many, 0), names("m.7.k%d.x", many))
}

func BenchmarkMatchUncachedWildcard(b *testing.B) {
	matchInTurn(b, filled("m.7.*.k%d", many, 0), names("m.7.x.k%d", many))
}

// A reply to an inbox: no subject is ever seen again.
func BenchmarkMatchOnce(b *testing.B) {
	x := filled("_INBOX.abcdefghijklmnopqrs%03d.*", 1000, limit)
	subject := []byte("_INBOX.abcdefghijklmnopqrs123.0000000000")
	digits := subject[len(subject)-10:]
	b.ReportAllocs()
	for b.Loop() {
		for i := range digits {
			if digits[i]++; digits[i] <= '9' {
				break
			}
			digits[i] = '0'
		}
		x.Match(subject)
	}
}

// changing is an index, or the part of one that all share.
type changing interface {
	Insert(pattern, queue string, s *sub) bool
	Remove(pattern, queue string, s *sub) bool
}

func benchmarkChurn(b *testing.B, x changing, format string) {
	b.Helper()
	patterns := names(format, 4096)
	subs := make([]*sub, len(patterns))
	for i := range subs {
		subs[i] = &sub{pattern: string(patterns[i])}
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		s := subs[i%len(subs)]
		x.Insert(s.pattern, "", s)
		x.Remove(s.pattern, "", s)
		i++
	}
}

func BenchmarkInsertRemoveLiteral(b *testing.B) {
	x := filled("m.7.k%d.x", many, limit)
	for _, s := range names("m.7.k%d.x", many) {
		x.Match(s)
	}
	benchmarkChurn(b, x, "_INBOX.abc.%d")
}

func BenchmarkInsertRemoveWildcard(b *testing.B) {
	x := filled("m.7.*.k%d", many, limit)
	for _, s := range names("m.7.x.k%d", many) {
		x.Match(s)
	}
	benchmarkChurn(b, x, "_INBOX.abc%d.*")
}

func BenchmarkInsertRemoveWildcardSiblings(b *testing.B) {
	benchmarkChurn(b, filled("m.7.*.k%d", many, limit), "m.7.*.n%d")
}

func BenchmarkInsertRemoveCrowd(b *testing.B) {
	x := caching(limit)
	crowd := make([]*sub, many)
	for i := range crowd {
		crowd[i] = &sub{id: i}
		x.Insert("foo", "", crowd[i])
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		s := crowd[i%many]
		x.Remove("foo", "", s)
		x.Insert("foo", "", s)
		i += 7919
	}
}
