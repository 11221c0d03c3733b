package feed

import (
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/wire"
)

// TestWhatADeadTapHasIsNotUsedAgain: a goroutine of a tap that has died goes on
// reading what it was given, while its successor has taken the same.
func TestWhatADeadTapHasIsNotUsedAgain(t *testing.T) {
	f := feedOf(t, tap.Spec{Name: "tap"})
	k := newChunk(2)
	k.text = append(k.text, "ab"...)
	k.runs = append(k.runs, wire.Span{Len: 1}, wire.Span{Off: 1, Len: 1})
	k.rows, k.count = append(k.rows, row{times: 1}, row{run: 1, times: 1}), 2
	k.measure()
	var q chunks
	q.push(k)
	f.offer(q, f.Spec.MaxBytes)
	next, stop := iter.Pull(f.batchOf(f.next()).Records())
	defer stop()
	r, _ := next()
	assert.Equal(t, "a", r.Subject)
	f.reclaim()
	successor := f.next()
	require.NotNil(t, successor)
	f.finish(successor, nil)
	r, _ = next()
	assert.Equal(t, "b", r.Subject)
}
