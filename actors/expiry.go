package actors

import (
	"context"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/survey"
)

// This file is what comes of it that operators sign accounts, and accounts users:
// what they have signed ends.

// watchImports sees to it that what an account imports ends when what activates it
// does. It logs what is not in force.
func (b *Broker) watchImports() {
	now := b.inForce.Load()
	for _, why := range now.left {
		b.host.Logger.Warn("not in force, though it is signed", "reason", why.Error())
	}
	var next *time.Timer
	if !now.until.IsZero() {
		next = time.AfterFunc(now.until.Sub(b.host.Now()), func() { b.host.Spawn("imports that end", b.endImports) })
	}
	stopTimer(b.ending.Swap(next))
}

func stopTimer(t *time.Timer) {
	if t != nil {
		t.Stop()
	}
}

// endImports puts the same configuration into force by the time that it is now.
func (b *Broker) endImports() {
	b.reloading.Lock()
	defer b.reloading.Unlock()
	old := b.inForce.Load()
	if b.asker.Stopped() || old.until.IsZero() || b.host.Now().Before(old.until) {
		return // there was a reload meanwhile
	}
	now, err := newConfiguration(&old.config, old, b.host.Now())
	if err != nil {
		b.host.Logger.Error("imports that end", "error", err) // it was valid before
		return
	}
	b.putInForce(now)
	b.watchImports()
	ctx, cancel := context.WithTimeout(context.Background(), survey.AskWait)
	defer cancel()
	b.judgeAll(ctx)
}
