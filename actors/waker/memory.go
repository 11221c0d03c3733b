package waker

import (
	"container/list"
	"sync"
	"time"
)

// maxBytes is how much is noted of one account.
const maxBytes = 16 << 20

// memory is who waits, by accounts. Publishers write into it, and the waker reads it: so it has a lock.
type memory struct {
	mu       sync.Mutex
	accounts map[string]*waiters
	most     int // bytes of an account
}

// waiters are those of one account, in the order in which they began.
type waiters struct {
	byInbox map[string]*list.Element
	pushing map[consumer]string // the inboxes of consumers that push
	order   list.List
	bytes   int
	known   known
}

// consumer is one, by the names of its stream and its own.
type consumer struct{ stream, name string }

func newMemory(most int) *memory { return &memory{accounts: make(map[string]*waiters), most: most} }

// note takes a request into account. It reports whether it is to be found out if there is such a consumer.
func (m *memory) note(account, subject, reply string, body []byte, now time.Time) (w waiting, unsure bool) {
	w, begins, ends := read(subject, reply, body, now)
	if w.of == (consumer{}) {
		return w, false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.accounts[account]
	if a == nil {
		if ends {
			return w, false
		}
		a = &waiters{byInbox: make(map[string]*list.Element), pushing: make(map[consumer]string), known: make(known)}
		m.accounts[account] = a
	}
	if ends {
		a.forget(a.pushing[w.of])
		delete(a.known, w.of)
		return w, false
	}
	unsure = !a.known.believe(w.of, now) && w.kind != ordered && w.kind != 0 && !w.abroad
	if begins {
		a.add(w, m.most, now)
	}
	return w, unsure
}

// add notes one, in the place of an earlier one of the same inbox.
func (a *waiters) add(w waiting, most int, now time.Time) {
	a.forget(w.inbox)
	a.byInbox[w.inbox] = a.order.PushBack(w)
	if w.kind == ordered {
		a.pushing[w.of] = w.inbox
	}
	a.bytes += w.size()
	for a.bytes > most || a.expired(now) {
		a.forget(a.order.Front().Value.(waiting).inbox)
	}
}

// expired reports whether the first one's wait is over. Of the others it is found out when they are told.
func (a *waiters) expired(now time.Time) bool {
	first := a.order.Front()
	if first == nil {
		return false
	}
	w := first.Value.(waiting)
	return w.kind == pull && w.until.Before(now)
}

func (a *waiters) forget(inbox string) {
	e := a.byInbox[inbox]
	if e == nil {
		return
	}
	w := a.order.Remove(e).(waiting)
	delete(a.byInbox, inbox)
	if a.pushing[w.of] == inbox {
		delete(a.pushing, w.of)
	}
	a.bytes -= w.size()
}

// take is all who wait in an account. Pulls are forgotten, since they are asked anew.
func (m *memory) take(account string, now time.Time) (all []waiting) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.accounts[account]
	if a == nil {
		return nil
	}
	for e := a.order.Front(); e != nil; {
		w := e.Value.(waiting)
		e = e.Next()
		if w.kind == pull {
			a.forget(w.inbox)
			if w.until.Before(now) {
				continue
			}
		}
		all = append(all, w)
	}
	return all
}
