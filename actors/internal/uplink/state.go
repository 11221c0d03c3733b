package uplink

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/wire/link"
)

// remoteAt is a remote, and what others may know of its link. It outlives crashes of its actor.
type remoteAt struct {
	owner, child string
	remote       atomic.Pointer[Remote]
	once         sync.Once
	settled      chan struct{} // closed when there is a link, or none could be had

	mu   sync.Mutex
	id   uint64 // of the link; 0 if there is none
	hub  peer.Server
	isUp bool
	why  string // it is not
}

// let notes that a hub has let a link in.
func (at *remoteAt) let(id uint64, s *shaken) {
	at.mu.Lock()
	defer at.mu.Unlock()
	at.id, at.hub = id, s.server()
	if at.remote.Load().Hub { // what a leaf node stores is its own
		at.hub.JetStream = false
	}
}

// domain is that of the hub's JetStream when it let the link in.
func (at *remoteAt) domain() string {
	at.mu.Lock()
	defer at.mu.Unlock()
	return at.hub.Domain
}

// up notes that a link is up, and tells those who watch.
func (at *remoteAt) up(l *Links) {
	r := at.remote.Load()
	at.mu.Lock()
	at.isUp, at.why = true, ""
	hub := at.hub
	at.mu.Unlock()
	l.Logger.Info("leaf link is up", "remote", r.Name, "account", r.Account, "hub", hub.Name, "version", hub.Version)
	l.tell(Event{Owner: at.owner, Name: r.Name, Account: r.Account, Up: true, Engine: r.Engine, Hub: hub})
	at.once.Do(func() { close(at.settled) })
}

// down notes that there is no link, and tells those who watch if there was one that was up.
func (at *remoteAt) down(l *Links, why error) {
	r := at.remote.Load()
	at.mu.Lock()
	was := at.isUp
	at.isUp, at.id, at.why = false, 0, ""
	if why != nil {
		at.why = why.Error()
	}
	at.mu.Unlock()
	if was {
		l.tell(Event{Owner: at.owner, Name: r.Name, Account: r.Account, Engine: r.Engine, Err: why})
	}
	at.once.Do(func() { close(at.settled) })
}

// Status is what there is to know of the link to one remote.
type Status struct {
	Owner, Name, Account string
	URLs                 []string
	ID                   uint64 // of the connection, 0 if there is none
	Up                   bool
	Hub                  peer.Server
	Leaf                 bool   // that is the leaf node
	Why                  string // there is no link
}

// Status is that of all remotes, in the order of their names.
func (l *Links) Status() (all []Status) {
	remotes := l.all()
	slices.SortFunc(remotes, func(a, b *remoteAt) int {
		return cmp.Or(cmp.Compare(a.owner, b.owner), cmp.Compare(a.remote.Load().Name, b.remote.Load().Name))
	})
	for _, at := range remotes {
		r := at.remote.Load()
		at.mu.Lock()
		all = append(all, Status{
			Owner: at.owner, Name: r.Name, Account: r.Account, URLs: r.hosts(), ID: at.id, Up: at.isUp, Hub: at.hub, Leaf: r.Hub, Why: at.why,
		})
		at.mu.Unlock()
	}
	return all
}

// hosts is the URLs without what is secret in them.
func (r *Remote) hosts() []string {
	var all []string
	for _, text := range r.URLs {
		if u, err := ParseURL(text); err == nil {
			all = append(all, u.Host)
		}
	}
	return all
}

// isLoop reports whether a hub complains of a loop.
func isLoop(said string) bool { return strings.Contains(said, "Loop detected") }

// server is who the hub is.
func (s *shaken) server() peer.Server {
	i := &s.info
	return peer.Server{
		ID: i.ServerID, Name: i.ServerName, Version: i.Version, Cluster: i.Cluster, Domain: i.Domain,
		JetStream: i.JetStream, APILevel: i.APILevel, Headers: i.Headers, MaxPayload: i.MaxPayload, Protocol: i.Proto, RemoteAccount: i.RemoteAccount,
	}
}

// peerOf is the hub as the link's connection knows it.
func (u *uplink) peerOf(self *actor.PID, a *attempt, s *shaken) *peer.Peer {
	r, h, hub := u.at.remote.Load(), u.Host, s.server()
	plain, headers := link.Leaf.Heads("")
	face := &interest.Face{Plain: plain, Headers: headers, MaxPayload: cmp.Or(hub.MaxPayload, u.Self.MaxPayload())}
	hub.Alone = r.Alone
	p := &peer.Peer{
		Kind: kindOf(r), Dialect: link.Leaf, Account: r.Account, Server: hub, Face: face, Node: u.Self.Node,
		MaxInterest: peer.MaxRemote, Apart: r.Apart, Ping: r.Ping,
		Rights: peer.NewRights(
			[]*peer.Permissions{{Deny: r.DenyImports}, s.info.Import, apart(r)},
			[]*peer.Permissions{{Deny: r.DenyExports}, s.info.Export, apart(r)}),
		Up:       func() { h.Send(self, &came{a}) },
		Down:     func(end peer.End) { h.Send(self, &went{a, end}) },
		Informed: func(json []byte) { h.Send(self, &informed{a, json}) },
	}
	switch domain := cmp.Or(r.Domain, hub.Domain); {
	case r.Hub:
		face.Cluster, p.Apart = hub.Cluster, true
	case domain == NoDomain, r.Apart:
	case domain != "":
		face.Renames, p.StandIn = domainNames(domain)
	case hub.JetStream:
		p.StandIn = usualNames()
	}
	if asked := u.asked.Load(); asked != nil {
		face.Asked = func(subject, reply, body []byte) { (*asked)(r.Account, subject, reply, body) }
	}
	return p
}

func kindOf(r *Remote) interest.Kind {
	switch {
	case r.Engine:
		return interest.Engine
	case r.Hub:
		return interest.Spoke
	default:
		return interest.Hub
	}
}

// apart keeps the usual subjects of JetStream on one side, where both have it. Those that name a domain pass.
func apart(r *Remote) *peer.Permissions {
	if !r.Apart && !r.Hub {
		return nil
	}
	return peer.Unstored()
}

// domainNames map the usual subjects of JetStream to those of a domain. A hub that has a domain takes
// the usual ones of its leaf nodes from nobody, and does not announce them: so the link takes them.
func domainNames(domain string) (names []interest.Rename, taken []link.Interest) {
	api := "$JS." + domain + ".API."
	names = []interest.Rename{{From: peer.StoreAPI, To: api}}
	taken = []link.Interest{{Subject: peer.StoreAPI + ">"}}
	for _, prefix := range peer.Stores {
		names = append(names, interest.Rename{From: prefix, To: api + prefix})
		taken = append(taken, link.Interest{Subject: prefix + ">"})
	}
	return names, taken
}

// usualNames are what a hub without a domain takes of its leaf nodes. It announces of this nothing but $JS.API.>, and
// withdraws that when it has read its configuration again, though it has it. It keeps the rest back so that a leaf node with
// streams of its own does not have them filled from two sides. This one has none. Direct gets are answered by members of a
// group.
func usualNames() []link.Interest {
	taken := []link.Interest{{Subject: peer.StoreAPI + ">"}, {Subject: peer.StoreAPI + "DIRECT.GET.>", Queue: "_sys_"}}
	for _, prefix := range peer.Stores {
		taken = append(taken, link.Interest{Subject: prefix + ">"})
	}
	return taken
}
