package mesh

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/members"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/report"
)

// This file is servers of the cluster that there should be a route to and is none. Messages go over one route and no more, so
// that the clients of two servers without one do not reach each other, and nobody notices. So it is said.

// missing is a server that has gone without a word.
type missing struct {
	Route
	until time.Time // it is forgotten then: it may be gone for good
}

const (
	missedFor  = 10 * time.Minute
	mostMissed = 64
)

// miss notes that a server has gone, unless it has said so before, or the route was ended from here. It is dialed for as long
// as it is missed: NATS servers leave that to those who have configured it, and if the network was gone between two that have
// heard of each other, they never come together again.
func (r *roster) miss(self *actor.PID, m *members.Member, by *dial, why *peer.EndedError) {
	end := why.Reason
	if m.Info.LameDuck || slices.Contains([]report.CloseReason{report.DuplicateRoute, report.RouteRemoved, report.ServerShutdown, report.ClusterNameConflict}, end) {
		return
	}
	if len(r.missed) == mostMissed {
		r.missed = r.missed[1:]
	}
	r.missed = append(r.missed, missing{
		Route: Route{URL: members.HostOf(m.URL), Configured: m.Configured, Solicited: by != nil, Server: serverOf(&m.Info), Gone: r.Now(), Why: why.Error()},
		until: r.Now().Add(missedFor),
	})
	to, err := members.ParseURL(m.URL)
	if m.Configured || err != nil {
		return
	}
	known := true
	if by == nil {
		by, known = r.dialOf(to)
	}
	if by == nil {
		return
	}
	r.seek(by, m)
	if !known {
		r.later(self, by, firstPause)
	}
}

// found forgets that a server was missing. One that was started again has another id.
func (r *roster) found(m *members.Member) {
	i, at := &m.Info, members.HostOf(m.URL)
	r.missed = slices.DeleteFunc(r.missed, func(m missing) bool {
		return m.Server.ID == i.ServerID || m.URL == at || i.ServerName != "" && m.Server.Name == i.ServerName
	})
}

// missing are the servers that are missing, but for those whose addresses are configured: these are shown anyway.
func (r *roster) missing() (all []Route) {
	for i := range r.missed {
		if m := &r.missed[i]; !m.Configured && r.Now().Before(m.until) {
			all = append(all, m.Route)
		}
	}
	return all
}

// watch looks again in a minute, if something is missing.
func (r *roster) watch() {
	if r.minute != nil || len(r.absent()) == 0 {
		return
	}
	m := r.Mesh
	r.minute = time.AfterFunc(time.Minute, func() { m.Send(m.roster(), &minute{}) })
}

// absent is who is missing, by name or by address.
func (r *roster) absent() (all []string) {
	for _, t := range r.State().Routes {
		if name := cmp.Or(t.Server.Name, t.URL); !t.Up && !t.Self && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// remind says each minute who is missing.
func (r *roster) remind() {
	r.missed = slices.DeleteFunc(r.missed, func(m missing) bool { return !r.Now().Before(m.until) })
	r.show()
	if all := r.absent(); len(all) > 0 {
		r.Logger.Warn("servers of the cluster are missing: clients here and clients there do not reach each other", "missing", strings.Join(all, " "))
	}
}
