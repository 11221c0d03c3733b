package topics_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/topics"
)

func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// The ceilings are generous; what is measured is logged.
func TestMemoryPerSubscription(t *testing.T) {
	for _, test := range []struct {
		format  string
		ceiling int // bytes, without the caller's string and object
	}{
		{"m.7.k%d.x", 70},
		{"m.7.*.k%d", 150},
		{"_INBOX.%d.*", 150},
		{"%d.a.*.b.*.c.>", 150},
	} {
		subs := make([]*sub, many)
		for i := range subs {
			subs[i] = &sub{pattern: fmt.Sprintf(test.format, i)}
		}
		empty := heap()
		x := topics.NewIndex[*sub](0)
		for _, s := range subs {
			x.Insert(s.pattern, "", s)
		}
		each := (heap() - empty) / many
		t.Logf("%-16s %d bytes", test.format, each)
		assert.Less(t, each, test.ceiling, test.format)
		for _, s := range subs {
			x.Remove(s.pattern, "", s)
		}
		left := heap() - empty
		t.Logf("%-16s %d bytes left of all", test.format, left)
		assert.Less(t, left, 1<<18, test.format)
		runtime.KeepAlive(subs)
		runtime.KeepAlive(x)
	}
}

func TestMemoryOfTheCache(t *testing.T) {
	x := only("m.>", limit)
	subjects := names("m.7.k%d.x", many)
	empty := heap()
	for range 2 {
		for _, s := range subjects {
			x.Match(s)
		}
	}
	each := (heap() - empty) / many
	t.Logf("%d bytes an entry", each)
	assert.Less(t, each, 100)
	runtime.KeepAlive(subjects)
	runtime.KeepAlive(x)
}
