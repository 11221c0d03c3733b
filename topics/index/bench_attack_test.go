package index_test

import (
	"testing"

	"github.com/troupe-mq/troupe/topics/index"
)

// 10,000 subscribe to everything and nine patterns are nearly as wide; no
// subject is ever seen again.
func BenchmarkMatchOnceForEverybody(b *testing.B) {
	x := caching(1 << 12)
	for i := range 10_000 {
		x.Insert(">", "", &sub{id: i})
	}
	for _, p := range []string{"*.>", "*.*.>", "*.*.*", "m.>", "m.*.>", "m.*.*", "m.7.>", "m.7.*", "*.7.>"} {
		x.Insert(p, "", &sub{pattern: p})
	}
	subjects := names("m.7.k%d", many)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		x.Match(subjects[i%many])
		i++
	}
}

// widely is two partitions' indexes, with what format says in a Wide.
func widely(format string, results int) (*index.Index[*sub], *index.Wide[*sub]) {
	all, w := partitions(2, results)
	for _, name := range names(format, many) {
		s := &sub{pattern: string(name)}
		w.Insert(s.pattern, "", s)
	}
	return all[0], w
}

func BenchmarkMatchInTurnWide(b *testing.B) {
	x, _ := widely("*.*.a.k%d", limit)
	matchInTurn(b, x, names("m.7.a.k%d", many))
}

func BenchmarkMatchUncachedWide(b *testing.B) {
	x, _ := widely("*.*.a.k%d", 0)
	matchInTurn(b, x, names("m.7.a.k%d", many))
}

// What the above is to be compared with: the same without a Wide.
func BenchmarkMatchUncachedOwn(b *testing.B) {
	matchInTurn(b, filled("*.*.a.k%d", many, 0), names("m.7.a.k%d", many))
}

func BenchmarkInsertRemoveWide(b *testing.B) {
	_, w := widely("*.*.a.k%d", limit)
	benchmarkChurn(b, w, "*.*.a.n%d")
}

// To sweep through a full cache in which nothing is stale.
func BenchmarkSweep(b *testing.B) {
	x := only("m.>", limit)
	subjects := names("m.7.k%d.x", many)
	for range 3 {
		for _, s := range subjects {
			x.Match(s)
		}
	}
	other := &sub{}
	b.ReportAllocs()
	for b.Loop() {
		x.Insert("other.x.*", "", other)
		x.Remove("other.x.*", "", other)
		for x.Sweep(1000) {
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/many, "ns/result")
}

func BenchmarkMatchOverlapping(b *testing.B) {
	for _, test := range []struct{ name, tail string }{{"None", "nowhere"}, {"All", "end"}, {"TooLong", "end.end"}} {
		b.Run(test.name, func(b *testing.B) {
			x := caching(0)
			overlapping(x, 1<<16)
			subject := []byte(letters + test.tail)
			b.ReportAllocs()
			for b.Loop() {
				x.Match(subject)
			}
		})
	}
}
