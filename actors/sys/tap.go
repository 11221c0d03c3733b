package sys

import (
	"errors"
	"slices"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
)

// listening is the service's tap: it hands on what events are made of. It is there
// while somebody may listen in the system account or by way of it, and costs something for each
// client that comes or goes.
type listening struct{ service *actor.PID }

// tapSpec: nobody waits for events, and those of a storm of connections may be lost.
var tapSpec = tap.Spec{
	Name: name, Feeds: tap.Presence, Policy: tap.Drop, MaxBytes: 4 << 20, MaxBatch: 512, MaxDelay: 20 * time.Millisecond,
}

// Receive handles the tap's messages.
func (l *listening) Receive(ctx actor.Context) {
	b, ok := ctx.Message().(*tap.Batch)
	if !ok {
		return
	}
	t := &told{records: make([]tap.Record, 0, b.Len())}
	for r := range b.Records() {
		switch r.Kind {
		case tap.Authenticated, tap.AuthFailed, tap.Disconnected, tap.LameDuck:
			t.records = append(t.records, *r)
		default: // makes no event
		}
	}
	if len(t.records) > 0 {
		ctx.Send(l.service, t)
	}
}

// attend has the tap there while somebody may listen, and not otherwise. It must
// not be called by an actor.
func (s *service) attend(self *actor.PID) {
	there := slices.ContainsFunc(s.broker.Taps(), func(t tap.Status) bool { return t.Name == name && t.LeftOff == "" })
	var err error
	switch wanted := s.wanted(); {
	case wanted && !there:
		err = s.broker.AddTap(tapSpec, func() actor.Actor { return &listening{self} })
	case !wanted && there:
		err = s.broker.RemoveTap(name)
	}
	if err != nil && !errors.Is(err, report.ErrStopped) {
		s.logger.Warn("events of the system account", "error", err)
	}
}

// wanted reports whether somebody may listen: whoever logs in to the system account, or those of
// another one that has events of it.
func (s *service) wanted() bool {
	return slices.ContainsFunc(s.broker.Accounts(), func(a report.Account) bool {
		return a.Name == s.source.Load().systemAccount && (a.Users || len(a.Exports)+len(a.Imports) > 0)
	})
}
