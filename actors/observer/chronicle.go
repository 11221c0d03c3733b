package observer

import (
	"slices"
	"time"

	"github.com/troupe-mq/troupe/supervisor"
)

// chronicle knows which events of supervision pages have been told of. Whoever comes
// later asks for those before.
type chronicle struct {
	begun  bool
	latest mark
}

// mark is what an event is known by.
type mark struct {
	at   time.Time
	path string
	what supervisor.What
}

func markOf(e *supervisor.Event) mark { return mark{e.Time, e.Path, e.What} }

// since are those of the newest events that are new, oldest first. The first time there
// are none: they are history.
func (c *chronicle) since(newest []supervisor.Event) []supervisor.Event {
	if len(newest) == 0 {
		return nil
	}
	n := slices.IndexFunc(newest, func(e supervisor.Event) bool { return markOf(&e) == c.latest })
	if n < 0 {
		n = len(newest)
	}
	first := !c.begun
	c.begun, c.latest = true, markOf(&newest[0])
	if first {
		return nil
	}
	fresh := slices.Clone(newest[:n])
	slices.Reverse(fresh)
	return fresh
}
