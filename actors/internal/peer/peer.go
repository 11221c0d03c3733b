package peer

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire/jetstream"
	"github.com/troupe-mq/troupe/wire/link"
)

// Peer is a server on the other side of a link, and the terms of the link. It is never changed.
type Peer struct {
	Kind    interest.Kind
	Dialect link.Dialect
	Account string         // the local one
	Share   interest.Share // of a route: the accounts that it is for, as far as that is known before the server speaks
	Server  Server
	Face    *interest.Face
	Rights  Rights
	Node    string // reply routes over links begin with _R_.<node>.
	// StandIn is what the server takes without announcing it.
	StandIn []link.Interest
	// Apart: what it has of JetStream is not taken by the usual subjects.
	Apart bool
	// Handshake is how the server comes in; nil: it has come in.
	Handshake *Handshake
	// Ping is the time between PINGs to a silent server. Default: PingInterval.
	Ping time.Duration

	// MaxInterest is how many patterns the server may want; more would end the link.
	MaxInterest int

	// Up is called when the server has been told what is wanted here, and what it wants is known.
	Up func()
	// Answered is called when the server has answered for the first time; nil if nobody wants to know.
	Answered func()
	// Down is called when the link has ended, once, and says what the server has said was wrong.
	Down func(End)
	// Informed is called with each INFO that comes later; nil if nobody wants to know.
	Informed func(json []byte)
}

// Protocol is the level of servers among each other that a broker announces: they trace messages, and may be sent
// those that are only to be traced.
const Protocol = 3

// Server is who a server says that it is.
type Server struct {
	ID, Name, Version, Cluster, Domain string
	JetStream, Headers                 bool
	APILevel                           int // of JetStream
	MaxPayload                         int
	Protocol                           int    // the level that it announces, see Protocol
	RemoteAccount                      string // whose subjects the link is in there
	Hub                                bool   // it has dialed, and this broker is its leaf node all the same
	Origins                            bool   // it understands what is said of the leaf nodes of another server
	Alone                              bool   // it is not to hear what other leaf nodes want
	// Hasty: it says at once what it wants, and is not to be sent a PING so soon.
	Hasty bool
}

// End is why a link has ended.
type End struct {
	Reason report.CloseReason
	Said   string // the server's -ERR, empty if it gave none
	Loop   bool   // the link would be part of a loop
}

// EndedError is why a link is not there any more.
type EndedError struct{ End }

func (e *EndedError) Error() string {
	if e.Said != "" {
		return string(e.Reason) + "; the server says: " + e.Said
	}
	return string(e.Reason)
}

// Rights are what may pass a link. They are made by [NewRights].
type Rights struct {
	in   *access.Rights // what comes
	out  *access.Rights // what goes
	user *access.Rights // of a leaf node: what goes as far as it has been told
	// answers: what may not come may, in answer to what has gone.
	answers bool
}

// Permissions are patterns that may pass a link in one direction, as servers write them. Empty is everything.
type Permissions struct {
	Allow []string `json:"allow,omitempty"`
	Deny  []string `json:"deny,omitempty"`
}

// NewRights are those of a link by which the broker takes in and gives out what the permissions
// say: its own, and those that the server has told it. Nil ones say nothing.
func NewRights(in, out []*Permissions) Rights {
	return Rights{in: direction(in, nil), out: direction(out, nil)}
}

// SpokeRights are those of a link to a leaf node that is let in as somebody who may do so much; nil is everything. It does not
// want what is in deny. What JetStream has goes to no leaf node, which may have its own: it is asked for by the name of its
// domain. Where it may answer it is told of everything that is wanted here: among that is who waits for answers.
func SpokeRights(may *access.Permissions, deny []string, system bool) Rights {
	if may == nil {
		may = &access.Permissions{}
	}
	in, user, kept := Permissions(may.Publish), Permissions(may.Subscribe), Unstored()
	if system {
		kept.Deny = append(kept.Deny, "$JSC.>", "$NRG.>")
	}
	answers := may.Responses != nil
	if answers && len(in.Allow) == 0 {
		in.Deny = []string{">"}
	}
	return Rights{
		in: direction([]*Permissions{&in}, nil), out: direction([]*Permissions{&user, {Deny: deny}, kept}, may.Responses),
		user: direction([]*Permissions{&user}, nil), answers: answers,
	}
}

// Unstored let all pass but what JetStream has by its usual subjects, which name no domain.
func Unstored() *Permissions {
	p := &Permissions{}
	for _, prefix := range storing {
		p.Deny = append(p.Deny, prefix+">")
	}
	return p
}

// direction has a message pass that all of the permissions allow. Who receives it may answer as responses say, nil for not.
func direction(all []*Permissions, responses *access.Responses) *access.Rights {
	var rule access.Rules
	some := false
	for _, p := range all {
		if p == nil {
			continue
		}
		some = some || len(p.Allow)+len(p.Deny) > 0
		rule.Deny = append(rule.Deny, p.Deny...)
		if len(p.Allow) > 0 {
			rule.Allow = p.Allow // only a server has such a list
		}
	}
	if !some {
		return nil
	}
	return access.NewRights(&access.Permissions{Subscribe: rule, Responses: responses})
}

// MayCome reports whether a message may be taken in.
func (r *Rights) MayCome(subject []byte) bool {
	return r.in == nil || bytes.HasPrefix(subject, replyStart) || bytes.HasPrefix(subject, ackPrefix) || r.in.MayReceive(subject, "") && r.in.Subscribe(string(subject), "") != access.Denied
}

// MayAnnounce reports whether a server may be told that a pattern is wanted here.
func (r *Rights) MayAnnounce(pattern, queue string) bool {
	return r.in == nil || r.answers || r.in.Subscribe(pattern, queue) != access.Denied
}

// MayHear reports whether a server may be believed that it wants a pattern.
func (r *Rights) MayHear(pattern string) bool {
	return r.out == nil || r.out.Subscribe(pattern, "") != access.Denied
}

// Violates reports whether a leaf node has been told that it may not want a subject.
func (r *Rights) Violates(subject string) bool {
	return r.user != nil && r.user.Subscribe(subject, "") == access.Denied
}

// Filters reports whether of what a pattern matches not everything may go to the server, or what goes has to be noted.
func (r *Rights) Filters(pattern string) bool {
	return r.answers || r.out.Subscribe(pattern, "") != access.Allowed
}

// Out is what may go to the server, nil for everything.
func (r *Rights) Out() *access.Rights { return r.out }

const (
	loopPrefix   = "$LDS."
	systemPrefix = "$SYS."
)

// IsLoop reports whether a pattern is one by which servers detect loops.
func IsLoop(pattern string) bool { return strings.HasPrefix(pattern, loopPrefix) }

// LoopSign is the pattern that a node announces for an account on links, by which it knows itself again.
func LoopSign(node string, account int) string { return loopPrefix + node + strconv.Itoa(account) }

// Hears reports whether interest in a pattern is for others to know: what watches over a server
// stays with it, save in the account that is for that. system is whether it is that account.
func Hears(pattern string, system bool) bool {
	return system || !strings.HasPrefix(pattern, systemPrefix)
}

// StoreAPI is what the subjects begin with by which JetStream is asked.
const StoreAPI = jetstream.API

// Stores are what the subjects of key-value and object stores begin with.
var Stores = []string{"$KV.", "$OBJ."}

// storing are both.
var storing = append([]string{StoreAPI}, Stores...)

// IsStored reports whether all that a pattern matches is JetStream's.
func IsStored(pattern string) bool {
	return slices.ContainsFunc(storing, func(prefix string) bool { return strings.HasPrefix(pattern, prefix) })
}

// Bears reports whether a hub bears to be told of a pattern. It ends the link of a leaf node that wants one subject of what
// JetStream has. Patterns that have wildcards it takes, and gives messages for them only where it is set up to.
func Bears(pattern string) bool {
	return !IsStored(pattern) || !topics.Literal(pattern)
}

// Takes reports whether the server takes a pattern without announcing it.
func (p *Peer) Takes(subject, queue []byte) bool {
	return slices.ContainsFunc(p.StandIn, func(i link.Interest) bool { return i.Subject == string(subject) && i.Queue == string(queue) })
}

// Replies is the pattern of the reply routes of this broker, which a server is told of in accounts that are asked by others.
func (p *Peer) Replies() string { return ReplyPrefix(p.Node) + ">" }

// replyStart is what all reply routes begin with.
var replyStart = []byte("_R_.")

// ReplyPrefix is what the reply routes of a node begin with that lead over links.
func ReplyPrefix(node string) string { return "_R_." + node + "." }

// How a link is kept alive: a server that says nothing is asked, and is gone if it does not answer.
const (
	PingInterval = 5 * time.Second
	PingMax      = 2
	// MaxPending is how many bytes may wait for a server before the link is given up.
	MaxPending = 256 << 20
	// MaxPayload is how many bytes a message may have between servers of a cluster: they take from each other what their clients
	// may send.
	MaxPayload = 1 << 30
	// MaxRemote is how many patterns a server may want.
	MaxRemote = 1 << 21
)
