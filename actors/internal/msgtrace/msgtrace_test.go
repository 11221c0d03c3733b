package msgtrace

import (
	"testing"
	"time"

	"github.com/troupe-mq/troupe/wire/tracing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/report"
)

func TestNoTraceNotesNothing(t *testing.T) {
	var none *Trace
	none.Refuse("why")
	none.Map([]byte("a"), time.Time{})
	none.Hide(true)
	none.Out(nil, "", time.Time{})
}

// TestTraceIsBounded: what it has no room for is counted.
func TestTraceIsBounded(t *testing.T) {
	tr := Begin(tracing.Request{Dest: "td"}, "A", 10, report.TraceStep{Subject: "a"})
	const many = mostBytes/stepBytes + 100
	for range many {
		tr.Map([]byte("a long subject"), time.Time{})
	}
	assert.Less(t, len(tr.Report.Steps), many-99)
	assert.Equal(t, many+1, len(tr.Report.Steps)+tr.Report.LeftOut)
}

func TestWhatOthersDoNotAllowIsNotSeen(t *testing.T) {
	tr := Begin(tracing.Request{Dest: "td"}, "A", 10, report.TraceStep{Subject: "a"})
	tr.Export("B", "b", []byte("b"), false, time.Time{})
	tr.Out(nil, "", time.Time{})
	tr.Hide(true)
	tr.Out(nil, "", time.Time{})
	assert.Len(t, tr.Report.Steps, 2, "that it came in, and that it went to B")
}
