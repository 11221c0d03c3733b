package mesh

import (
	"maps"
	"slices"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/report"
)

// This file is what becomes of the routes when the roster crashes. They stay: each is a connection of its own, which does not
// need the roster to carry messages. The table is lost, and the successor makes another one of the routes that there are.

// kept is what a roster leaves to its successor. Nobody else touches it.
type kept struct {
	routes   map[uint64]*route // that are there, be they members or not; nil before the first roster
	dials    []*dial           // the configured ones in front, then those that others have told of
	fillers  []*dial           // those for more connections to a server that there is a route to
	missed   []missing         // servers that are gone and have not said that they go, the oldest first
	applied  *Settings         // those that what there is was made by
	accounts []string          // those that have connections of their own
	lame     bool
	first    int // configured routes whose first attempt has still to end
	// torn: all of it is being changed. Who finds it so begins anew, since this may be what its predecessor has crashed of.
	torn bool
}

// begin goes on with what there is, or dials whom the configuration names.
func (r *roster) begin(self *actor.PID) {
	switch {
	case r.routes == nil:
		r.anew()
	case r.torn:
		r.Logger.Warn("the roster has crashed while it changed the routes, which are made anew")
		r.hangUp()
		r.anew()
	default:
		r.resume(self)
		return
	}
	r.change(self)
	r.first = len(r.dials)
	r.attempted(nil)
}

// anew forgets what there was, but for what others have been told.
func (r *roster) anew() {
	*r.kept = kept{routes: make(map[uint64]*route), lame: r.lame, applied: r.settings.Load()}
	var accounts []string
	r.table.Pool, accounts = r.applied.pool()
	r.divide(accounts)
}

// divide has accounts have connections of their own.
func (r *roster) divide(accounts []string) { r.table.Accounts, r.accounts = accounts, accounts }

// rest ends what would still come to this roster of its own accord.
func (r *roster) rest() {
	for _, d := range slices.Concat(r.dials, r.fillers) {
		if d.state == dialing || d.state == waiting {
			d.stop()
		}
	}
	if r.minute != nil {
		r.minute.Stop()
	}
}

// resume makes the table anew of the routes that there are. One that was still to be judged is closed, since nobody would
// answer it. Who was about to be dialed is dialed.
func (r *roster) resume(self *actor.PID) {
	r.torn = true
	r.table.Pool, _ = r.applied.pool()
	r.table.Accounts = r.accounts
	for _, id := range slices.Sorted(maps.Keys(r.routes)) {
		at := r.routes[id]
		at.untaken.Store(0)
		if at.strand != nil {
			at.strand = r.table.Rejoin(at.strand)
		}
		switch {
		case at.strand == nil:
			r.close(id, report.ServerShutdown)
		case at.said:
			at.strand.Of.Filling.Up++
		}
	}
	r.fillers = slices.DeleteFunc(r.fillers, func(d *dial) bool { return d.route == nil })
	for _, d := range r.dials {
		if d.state == idle || d.state == content && r.table.Member(d.knows) == nil {
			r.dial(self, d)
		}
	}
	for _, m := range r.table.Members() {
		m.Filling.Since = r.Now()
		r.fill(self, m)
	}
	r.change(self)
	r.Logger.Warn("the roster has crashed, and goes on with the routes that there are", "servers", len(r.table.Members()))
}
