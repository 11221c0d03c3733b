package history

import (
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/report"
)

func TestOldestClosedConnectionGoesFirst(t *testing.T) {
	most, cid := 5, uint64(0)
	o := &closedConns{most: func() int { return most }}
	for _, step := range []struct {
		most, ended int
		left        []uint64
	}{
		{5, 3, []uint64{1, 2, 3}},
		{5, 5, []uint64{4, 5, 6, 7, 8}},
		{3, 1, []uint64{7, 8, 9}},
		{3, 1, []uint64{8, 9, 10}},
		{4, 1, []uint64{8, 9, 10, 11}},
		{4, 2, []uint64{10, 11, 12, 13}},
	} {
		most = step.most
		for range step.ended {
			cid++
			o.add(&report.Connection{CID: cid})
		}
		var left []uint64
		for _, r := range o.all() {
			left = append(left, r.CID)
		}
		assert.Equal(t, step.left, left)
	}
}

// TestMemoryOfClosedConnections: what is kept of clients of one program that had no
// subscriptions is little more than the numbers.
func TestMemoryOfClosedConnections(t *testing.T) {
	const many, each = 10_000, 530
	o := &closedConns{most: func() int { return many }}
	text := func(s string) string { return strings.Clone(s) }
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	for range many {
		r := &report.Connection{Host: text("192.168.100.200"), Name: text(strings.Repeat("n", 128)), Lang: text("go"), Version: text("1.48.0"), User: text("somebody")}
		o.add(compact(r, o.latest()))
	}
	assert.Less(t, int64(heap())-int64(before), int64(many*each))
	assert.Len(t, o.all(), many)
}
