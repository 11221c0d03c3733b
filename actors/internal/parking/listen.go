package parking

import "errors"

// open makes the queue, and begins to listen to it. It reports false where there is none.
func (l *Lot) open() bool {
	if l == nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.queue != nil || l.none {
		return !l.none
	}
	q, err := newQueue()
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		l.stop()
		return false
	case err != nil: // there are no descriptors left, for now
		l.full = l.looks + restFor
		return false
	}
	l.queue = q
	l.listen()
	return true
}

// Close has nobody park any more. Those that are parked are not woken by what comes.
func (l *Lot) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stop()
	if l.queue != nil {
		l.queue.close()
	}
}

// stop has nobody looked at any more. It is called with the lock.
func (l *Lot) stop() {
	l.none = true
	clear(l.awake)
	l.awake = nil
}

// listen has a goroutine wake those that something has come for, until the lot is closed. One that crashes is followed by
// another, which goes on behind the sleeper whose waking has crashed it.
func (l *Lot) listen() {
	l.host.Spawn("parking", func() {
		over := false
		defer func() {
			if !over {
				l.listen()
			}
		}()
		for !over {
			for len(l.due) > 0 {
				t := l.due[0]
				l.due = l.due[1:]
				if who := l.sleeper(t); who != nil {
					who.Wake()
				}
			}
			var err error
			if l.due, err = l.queue.wait(); err != nil {
				over = true
				l.giveUp()
			}
		}
	})
}

// giveUp wakes all who are parked, should the queue have ended without the lot: they wait themselves from now on.
func (l *Lot) giveUp() {
	for _, who := range l.abandon() {
		who.Wake()
	}
}

// abandon is who is parked in a lot that nobody parks in any more; nobody if it was closed.
func (l *Lot) abandon() (all []Sleeper) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.none {
		return nil
	}
	l.stop()
	for i := range l.slots {
		if who := l.slots[i].who; who != nil {
			all = append(all, who)
		}
	}
	return all
}
