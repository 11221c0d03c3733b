package actors

import (
	"context"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/wire"
)

// This file is what comes of it that operators sign accounts, and accounts users:
// what they have signed ends.

// watchImports sees to it that what an account imports ends when what activates it
// does. It logs what is not in force.
func (b *Broker) watchImports() {
	h := b.hub
	now := h.settings.Load()
	for _, why := range now.left {
		h.logger.Warn("not in force, though it is signed", "reason", why.Error())
	}
	var next *time.Timer
	if !now.until.IsZero() {
		next = time.AfterFunc(now.until.Sub(h.now()), func() { h.spawn("imports that end", b.endImports) })
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
	h := b.hub
	old := h.settings.Load()
	if b.stopped() || old.until.IsZero() || h.now().Before(old.until) {
		return // there was a reload meanwhile
	}
	now, err := newSettings(&old.config, old, h.now())
	if err != nil {
		h.logger.Error("imports that end", "error", err) // it was valid before
		return
	}
	h.settings.Store(now)
	b.watchImports()
	ctx, cancel := context.WithTimeout(context.Background(), askWait)
	defer cancel()
	b.judgeAll(ctx)
}

// keepTime sees to it that the client goes when what it has come in with ends.
func (c *connection) keepTime() {
	k, until := &c.clock, c.who.Until()
	if k.timer != nil && !until.IsZero() {
		now := c.now()
		k.within(now, max(until.Sub(now), 0))
	}
}

// over says what has ended of what the client has come in with, nil if nothing has.
func (c *connection) over(now time.Time) *wire.Error {
	switch until := c.who.Until(); {
	case until.IsZero() || now.Before(until):
		return nil
	case c.who.Token.OfAccount:
		return wire.ErrAccountExpired
	default:
		return wire.ErrAuthExpired
	}
}

// token is what the client presents that its account has signed: in CONNECT, or in
// a cookie if it is a page in a browser.
func (c *connection) token(o *wire.Connect) string {
	if w, ok := c.link.(webLink); ok && o.JWT == "" {
		return w.web.token
	}
	return o.JWT
}

// maxPayload is the largest payload that the client may send.
func (c *connection) maxPayload(everybody int) int {
	return least(c.world.maxPayload(everybody), c.who.Limits().MaxPayload)
}

// maxSubscriptions is how many subscriptions the client may have; 0 is no limit.
func (c *connection) maxSubscriptions(everybody int) int {
	return least(c.world.maxSubscriptions(everybody), c.who.Limits().MaxSubscriptions)
}

// granted is what the client's token lets it do; nil is everything, or that it has
// none.
func (c *connection) granted() *access.Permissions {
	if c.who == nil || c.who.Token == nil {
		return nil
	}
	return c.who.Token.Permissions
}
