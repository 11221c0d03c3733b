package actors

import (
	"strconv"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/supervisor"
)

// The names in the broker's tree.
const (
	rootName        = "troupe"
	partitionsName  = "partitions"
	connectionsName = "connections"
	listenersName   = "listeners"
	keeperName      = "budget"
)

const connectionPrefix = "conn-"

func connectionName(cid uint64) string { return connectionPrefix + strconv.FormatUint(cid, 10) }
func partitionName(p int) string       { return "part-" + strconv.Itoa(p) }
func partitionPath(p int) string       { return rootName + "/" + partitionsName + "/" + partitionName(p) }

// partitionsSpec: a partition that crashes is started again almost at once, since
// nobody can be served meanwhile; the subscriptions come back from the
// connections that own them.
func partitionsSpec(h *hub) supervisor.Spec {
	o := supervisor.Options{Name: partitionsName, Role: "partitions", Sink: h.observe, Policy: supervisor.Policy{
		Kind:      supervisor.Permanent,
		Intensity: -1,
		Backoff:   supervisor.Backoff{Min: time.Millisecond, Max: 20 * time.Millisecond},
	}}
	for p := range h.config().Partitions {
		at := &seat{number: p}
		o.Children = append(o.Children, gauged(supervisor.Spec{Name: partitionName(p), Role: "partition"},
			func() actor.Actor { return newPartition(h, at) }))
	}
	return supervisor.Sub(o, supervisor.Policy{Kind: supervisor.Permanent, Exceeded: supervisor.Escalate}, ownMailbox()...)
}

// keeperSpec: the keeper of the budget knows only what it is told, and a new one
// is told again by every outbox that changes; it can be started at any time.
func keeperSpec(h *hub) supervisor.Spec {
	return gauged(supervisor.Spec{
		Name:   keeperName,
		Role:   "keeper",
		Policy: supervisor.Policy{Kind: supervisor.Permanent, Intensity: -1, Backoff: supervisor.Backoff{Min: 10 * time.Millisecond, Max: time.Second}},
	}, func() actor.Actor { return newKeeper(h) })
}

// connectionsSpec: a connection is never restarted. Its socket is in the middle
// of something that nobody else remembers; its client connects again.
func connectionsSpec(h *hub) supervisor.Spec {
	return supervisor.Sub(supervisor.Options{
		Name:   connectionsName,
		Role:   "connections",
		Sink:   h.observe,
		Policy: supervisor.Policy{Kind: supervisor.Temporary},
	}, supervisor.Policy{Kind: supervisor.Permanent, Exceeded: supervisor.Escalate}, ownMailbox()...)
}

// listenersSpec: a listener that fails is opened again with patience; without
// any listener there is no broker, so that in the end it is given up.
func listenersSpec(h *hub, all []*listening) supervisor.Spec {
	o := supervisor.Options{
		Name: listenersName,
		Role: "listeners",
		Sink: h.observe,
		Policy: supervisor.Policy{
			Kind:      supervisor.Transient,
			Intensity: 5,
			Period:    time.Minute,
			Backoff:   supervisor.Backoff{Min: 100 * time.Millisecond, Max: 5 * time.Second, Jitter: 0.1},
			Exceeded:  supervisor.Escalate,
		},
	}
	for _, at := range all {
		o.Children = append(o.Children, gauged(supervisor.Spec{Name: at.name, Role: "listener"},
			func() actor.Actor { return &listener{hub: h, at: at} }))
	}
	return supervisor.Sub(o, supervisor.Policy{Kind: supervisor.Permanent, Exceeded: supervisor.Escalate}, ownMailbox()...)
}

// observe is given every event of the tree.
func (h *hub) observe(e supervisor.Event) {
	h.remember(e)
	h.tell(Record{Kind: KindSupervision, Time: e.Time, Supervision: &e})
	if e.Role == tapRole && e.What == supervisor.Failed && e.Directive == supervisor.Stop {
		h.tapFailed(e)
	}
	text := "actor " + string(e.What)
	failed := e.What == supervisor.Failed || e.What == supervisor.Escalated
	evicted := e.Role == connectionRole && len(e.Stack) == 0 // on purpose: the connection has said why
	if !failed || evicted {
		h.logger.Debug(text, e.Pairs()...)
		return
	}
	if ok, suppressed := h.complaints.allow(text+" "+e.Role, e.Time); ok {
		h.logger.Warn(text, append(e.Pairs(), "suppressed", suppressed)...)
	}
}

// connectionRole is what a connection is called in the tree.
const connectionRole = "connection"

// giveUp is told when a part of the tree could not be kept running.
func (b *Broker) giveUp(e supervisor.Event) {
	b.hub.logger.Error("giving up", e.Pairs()...)
	b.failed = e.Err
	b.hub.spawn("last stop", b.stopNow)
}
