package actors

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/supervisor"
)

// unwell are the actors that have been given up: they were to be kept running, and are
// not. There are no more of them than there are actors and taps. It belongs to no actor,
// hence the lock.
type unwell struct {
	mu  sync.Mutex
	all map[string]string // reasons by path
}

// note is told of every event.
func (u *unwell) note(e supervisor.Event) {
	switch {
	case e.GivenUp:
		u.mu.Lock()
		defer u.mu.Unlock()
		if u.all == nil {
			u.all = make(map[string]string)
		}
		u.all[e.Path] = e.Reason
	case e.What == supervisor.Started:
		u.forget(e.Path)
	}
}

// forget is told that an actor is wanted no more, or there again.
func (u *unwell) forget(path string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.all, path)
}

// err is nil if nobody has been given up.
func (u *unwell) err() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.all) == 0 {
		return nil
	}
	paths := slices.Sorted(maps.Keys(u.all))
	first := paths[0]
	text := fmt.Sprintf("troupe: %s has been given up (%s)", strings.TrimPrefix(first, host.Root+"/"), u.all[first])
	if more := len(paths) - 1; more > 0 {
		text += fmt.Sprintf(", and %d more", more)
	}
	return fmt.Errorf("%s", text)
}
