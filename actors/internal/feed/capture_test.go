package feed

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/tap"
)

const (
	oneMessage   = "PUB foo.bar 16\r\n0123456789abcdef\r\n"
	otherMessage = "PUB foo.baz 2\r\nhi\r\n"
)

// TestCaptureOfRuns: what is written down is what was published, in as few rows as
// equal messages in a row allow, and count foretells it.
func TestCaptureOfRuns(t *testing.T) {
	for name, tt := range map[string]struct {
		text           string
		payload        tap.Payload
		chunks         int
		rows           int
		records        int
		maxBatch       int
		firstPayload   string
		subjectOfFirst string
	}{
		"a run":             {strings.Repeat(oneMessage, 10), tap.PayloadNone, 1, 1, 10, 0, "", "foo.bar"},
		"a run of payloads": {strings.Repeat(oneMessage, 10), tap.PayloadAll, 1, 10, 10, 0, "0123456789abcdef", "foo.bar"},
		"no runs":           {strings.Repeat(oneMessage+otherMessage, 5), tap.PayloadNone, 1, 10, 10, 0, "", "foo.bar"},
		"cut into batches":  {strings.Repeat(oneMessage, 10), tap.PayloadNone, 3, 3, 10, 4, "", "foo.bar"},
	} {
		t.Run(name, func(t *testing.T) {
			f := feedOf(t, tap.Spec{Name: "tap", Payload: tt.payload, MaxBatch: tt.maxBatch})
			b := batchOf(t, tt.text)
			records, silent := f.count(b, 0, len(b.Entries))
			assert.Equal(t, tt.records, records)
			assert.Zero(t, silent)
			chunks, rows, made := 0, 0, 0
			found := f.capture(b, stamp{}, 0, len(b.Entries), afterwards)
			assert.Equal(t, tt.records, found.records)
			for found.first != nil {
				k := found.pop()
				var r tap.Record
				k.each(tt.payload, &r, func(r *tap.Record, times int) bool {
					if made == 0 {
						assert.Equal(t, tt.subjectOfFirst, r.Subject)
						assert.Equal(t, tt.firstPayload, string(r.Payload))
					}
					made += times
					return true
				})
				chunks, rows = chunks+1, rows+len(k.rows)
				k.recycle()
			}
			assert.Equal(t, tt.chunks, chunks)
			assert.Equal(t, tt.rows, rows)
			assert.Equal(t, tt.records, made)
		})
	}
}

// BenchmarkCapture is the writing down alone, for one message of a full batch.
func BenchmarkCapture(b *testing.B) {
	for _, tt := range []struct {
		name, text string
		payload    tap.Payload
	}{
		{"metadata", oneMessage, tap.PayloadNone},
		{"payload", oneMessage, tap.PayloadAll},
		{"no runs", oneMessage + otherMessage, tap.PayloadNone},
	} {
		b.Run(tt.name, func(b *testing.B) {
			f := feedOf(b, tap.Spec{Name: "tap", Payload: tt.payload})
			of := batchOf(b, strings.Repeat(tt.text, 1000))
			n := min(len(of.Entries), batch.MaxEntries)
			b.ReportAllocs()
			b.ResetTimer()
			for done := 0; done < b.N; done += n {
				found := f.capture(of, stamp{}, 0, n, afterwards)
				for found.first != nil {
					found.pop().recycle()
				}
			}
		})
	}
}
