package actors

import (
	"context"
	"reflect"
	"slices"
)

// Reload puts another configuration into force, or none of it: what is wrong with
// it, or cannot be changed while the broker runs, is the error, and then nothing
// has changed. The logger and the version stay as they are.
//
// Clients that the changes do not concern notice nothing. One that could not come
// in any more is closed with an Authorization Violation; one that may do less
// loses the subscriptions that it may not have, and is told which. It is all in
// force when Reload returns, save in connections that do not answer within ctx.
func (b *Broker) Reload(ctx context.Context, config Config) (Changes, error) {
	b.reloading.Lock()
	defer b.reloading.Unlock()
	if b.stopped() {
		return nil, ErrStopped
	}
	h := b.hub
	old := h.settings.Load()
	config.Logger, config.Version = old.config.Logger, old.config.Version
	if err := config.Validate(); err != nil {
		return nil, err
	}
	now, err := newSettings(&config, old, h.now())
	if err != nil {
		return nil, err
	}
	changes, toJudge, err := diff(&old.config, &now.config)
	if err != nil {
		return nil, err
	}
	guards, err := b.guardsOf(&old.config, &now.config)
	if err != nil {
		return nil, err
	}
	h.settings.Store(now)
	b.watchImports()
	h.budget.limit.Store(int64(now.config.OutboundBudget))
	for at, g := range guards {
		h.announce(at, g)
	}
	if toJudge {
		b.judgeAll(ctx)
	}
	return changes, nil
}

// guardsOf are the guards of all doors, for the next configuration. Where there
// is another certificate in the same files it is loaded.
func (b *Broker) guardsOf(old, now *Config) (map[*door]*guard, error) {
	guards := map[*door]*guard{b.hub.inside: nil}
	for _, at := range b.open {
		g := at.door.face.Load().guard
		if g != nil {
			g.certificates.look()
		}
		guards[at.door] = g
	}
	if b.listen == nil || reflect.DeepEqual(old.TLS, now.TLS) {
		return guards, nil
	}
	g, err := b.hub.newGuard(now.TLS, now.AllowNonTLS)
	guards[b.listen.door] = g
	return guards, err
}

// judgeAll has every connection look at itself. Where there are more guests than
// there may be, those go that came last.
func (b *Broker) judgeAll(ctx context.Context) {
	h := b.hub
	surplus := make(map[uint64]bool)
	if most := max(h.config().MaxConnections, 0); h.counters.guests.Load() > int64(most) {
		guests := b.guests(ctx)
		slices.SortFunc(guests, func(a, b address) int { return compare(a.cid, b.cid) })
		for _, at := range guests[min(most, len(guests)):] {
			surplus[at.cid] = true
		}
	}
	all := b.everybody()
	done := make(chan bool, len(all)) // room for all
	survey(ctx, h, all, func(i int) any { return &reconsider{surplus: surplus[all[i].cid], done: done} }, done, func(bool) {})
}
