package actors

import "sync"

// watchers are who is told of something whenever it happens.
type watchers struct {
	mu  sync.Mutex
	all []func()
}

// WatchConfiguration calls watch whenever another configuration has come into force from now on, by Reload, by Update or
// because something in it has expired. Look at it by [Broker.Config] and [Broker.AccountsInForce]. It is called by who
// changes the configuration: it must not block, nor change it.
func (b *Broker) WatchConfiguration(watch func()) {
	b.watchers.add(watch)
}

func (w *watchers) add(watch func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, watch)
}

func (w *watchers) tell() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, watch := range w.all {
		watch()
	}
}
