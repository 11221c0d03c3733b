//go:build unix

package audit

import (
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/audit/groupcommit"
	"github.com/troupe-mq/troupe/actors/audit/internal/page"
	"github.com/troupe-mq/troupe/actors/tap"
)

// BenchmarkLog is what a record costs from the broker's hands to the file: the
// line, its check, the chain and the write. What the disk takes to keep up is not
// in cpu-ns.
func BenchmarkLog(b *testing.B) {
	for _, batch := range []int{1, 64, 2048} {
		for _, subjects := range []int{1, 1000} {
			b.Run(fmt.Sprintf("batch=%d/subjects=%d", batch, subjects), func(b *testing.B) {
				benchmarkLog(b, batch, subjects)
			})
		}
	}
}

func benchmarkLog(b *testing.B, batch, subjects int) {
	b.Helper()
	j, err := newJournal(Config{File: filepath.Join(b.TempDir(), "audit.log"), Sync: SyncNone})
	require.NoError(b, err)
	next, err := j.Open(b.Context())
	require.NoError(b, err)
	defer func() { _ = j.Close() }()
	names := make([]string, subjects)
	for i := range names {
		names[i] = fmt.Sprintf("orders.new.%03d", i)
	}
	p := PayloadLength.page(make(page.Shifts))
	r := tap.Record{Kind: tap.Published, Time: time.Now(), Origin: ann, Size: 16, Outcome: tap.OutcomeDelivered, Copies: 1}
	n, before := 0, cpu(b)
	for b.Loop() {
		r.Subject = names[n%subjects]
		r.Seq++
		p.Add(next, &r, 1)
		next++
		if n++; n%batch == 0 {
			require.NoError(b, j.Commit(b.Context(), []groupcommit.Page{p}))
			p.Reset()
			r.Time = r.Time.Add(5 * time.Millisecond)
		}
	}
	b.ReportMetric(float64(cpu(b)-before)/float64(n), "cpu-ns/op")
	b.ReportMetric(float64(j.size)/float64(n), "B/record")
}

// cpu is the processor time that the process has used.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkLines is the part of it that the actor does.
func BenchmarkLines(b *testing.B) {
	p := PayloadLength.page(make(page.Shifts))
	r := tap.Record{Kind: tap.Published, Time: time.Now(), Origin: ann, Subject: "orders.new", Size: 16, Outcome: tap.OutcomeDelivered, Copies: 1}
	n := uint64(1_000_000)
	for b.Loop() {
		if p.Size() > 256<<10 {
			p.Reset()
		}
		r.Seq++
		n++
		p.Add(n, &r, 1)
	}
}
