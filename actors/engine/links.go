package engine

import (
	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

// links are which links to an engine are up, and which there are to be before the engine is of use.
type links struct {
	up     map[string]bool // by account
	wanted []string        // nil before the first engine is ready
}

// complete reports whether all are up.
func (l *links) complete() bool {
	for _, account := range l.wanted {
		if !l.up[account] {
			return false
		}
	}
	return l.wanted != nil
}

// linked is told of a link that has come or gone.
func (e *Engine) linked(event report.LinkEvent) {
	if event.Owner != owner {
		return
	}
	e.mu.Lock()
	if e.links.up == nil {
		e.links.up = make(map[string]bool)
	}
	e.links.up[event.Account] = event.Up
	complete := e.links.complete()
	e.mu.Unlock()
	if complete {
		e.began(nil)
	}
}

// link has the broker link each account that may store to the engine.
func (r *running) link() error {
	accounts := r.world().accounts()
	remotes := make([]actors.Remote, 0, len(accounts))
	for _, account := range accounts {
		remotes = append(remotes, actors.Remote{
			Name: account, Account: account, URLs: []string{"nats-leaf://" + r.heard.links},
			User: linkName(account), Password: r.secrets.link(account), Engine: true,
		})
	}
	if err := r.broker.ApplyRemotes(owner, remotes); err != nil {
		return err
	}
	r.mu.Lock()
	r.links.wanted = append([]string{}, accounts...)
	complete := r.links.complete()
	r.mu.Unlock()
	if complete {
		r.began(nil)
	}
	return nil
}
