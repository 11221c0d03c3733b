package mesh

import (
	"encoding/json"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/internal/members"
)

// This file is what servers say of themselves and of others when they are in the cluster already.

// told is one INFO of that.
type told struct {
	of   *route
	info members.Info
	json []byte
}

// IgnoreDeadLetterLogging keeps it out of the log: the roster may have gone.
func (*told) IgnoreDeadLetterLogging() {}

// size is about how many bytes it takes.
func (m *told) size() int64 { return int64(toldSize + len(m.json)) }

const (
	toldSize    = 1 << 10 // of what is read from little text
	mostUntaken = 4 << 20 // that may wait for the roster, of one route
)

// tell has the roster take in what the server of a route says. It is called by the connection. One that says more than the
// roster takes in is not listened to for that long: it would fill the mailbox, and other servers wait behind it.
func (m *Mesh) tell(roster *actor.PID, of *route, text []byte) {
	t := &told{of: of, json: text}
	if waits := of.untaken.Load(); waits > 0 && waits+t.size() > mostUntaken {
		const line = "a server says more than can be taken in"
		if m.Allowed(hclog.Warn, line, m.Now()) {
			m.Logger.Warn(line, "route", of.id)
		}
		return
	}
	if json.Unmarshal(text, &t.info) == nil {
		of.untaken.Add(t.size())
		m.Send(roster, t)
	}
}

// told takes in what a server says later: of another one, or of its end.
func (r *roster) told(self *actor.PID, m *told) {
	m.of.untaken.Add(-m.size())
	i, at := &m.info, r.table.Of(m.of.id)
	if at == nil {
		return
	}
	member := at.Of
	if i.AccountAdded != "" {
		r.accountAdded(self, m)
		return
	}
	if i.ServerID != member.Info.ServerID {
		if to, dial := r.table.Heard(i, r.settings.Load().urls()); dial {
			r.hear(self, to, i)
		}
		return
	}
	if i.LameDuck {
		member.Info.URLs, member.Info.WebURLs, member.Info.LeafURLs, member.Info.LameDuck = nil, nil, nil, true
		r.show()
		return
	}
	r.permits(at, i)
}
