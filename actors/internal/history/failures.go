package history

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/supervisor"
)

// Failures are counted by role, and those who have been given up are kept: they were to
// be kept running, and are not. There are no more of them than there are actors and taps.
// It belongs to no actor, hence the lock.
type Failures struct {
	mu     sync.Mutex
	counts map[string]uint64 // by role
	gone   map[string]string // reasons by path
}

// mostRoles is how many roles are counted apart. Those beyond share the empty one.
const mostRoles = 64

// Note is told of every event.
func (u *Failures) Note(e supervisor.Event) {
	if e.What != supervisor.Failed && e.What != supervisor.Started {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if e.What == supervisor.Started {
		delete(u.gone, e.Path)
		return
	}
	if u.counts == nil {
		u.counts, u.gone = make(map[string]uint64), make(map[string]string)
	}
	role := e.Role
	if _, known := u.counts[role]; !known && len(u.counts) >= mostRoles {
		role = ""
	}
	u.counts[role]++
	if e.GivenUp {
		u.gone[e.Path] = e.Reason
	}
}

// Report is how many failures there were, by role, and how many actors are given up.
func (u *Failures) Report() (counts map[string]uint64, gone int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return maps.Clone(u.counts), len(u.gone)
}

// Forget is told that an actor is wanted no more, or there again.
func (u *Failures) Forget(path string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.gone, path)
}

// Err is nil if nobody has been given up.
func (u *Failures) Err() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.gone) == 0 {
		return nil
	}
	paths := slices.Sorted(maps.Keys(u.gone))
	first := paths[0]
	text := fmt.Sprintf("troupe: %s has been given up (%s)", strings.TrimPrefix(first, host.Root+"/"), u.gone[first])
	if more := len(paths) - 1; more > 0 {
		text += fmt.Sprintf(", and %d more", more)
	}
	return fmt.Errorf("%s", text)
}
