package uplink

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net"
	"net/url"
	"slices"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/internal/connection"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// uplink is the actor that keeps the link of one remote.
type uplink struct {
	*Links
	at      *remoteAt
	urls    []string          // those of the configuration, then those that the hub has told
	next    int               // the one to be tried next
	names   map[string]string // whom the hub at an address is to be, where the address is a number that a hub has told
	failed  int               // attempts since the last link that was up
	current *attempt          // nil between a link and the next attempt
	timer   *time.Timer
	said    string // what was wrong with the link when that was last said
	waits   *again // the one that counts: others are of timers that were too late to be stopped
}

// attempt is one connection, from the dialing to its end. What its goroutines post to the actor is
// looked at only while it is the current one.
type attempt struct {
	cancel context.CancelFunc
	name   string     // of the hub's host
	link   *actor.PID // nil until the hub has let it in
	since  time.Time  // when it was up; zero until then
}

// What an uplink is told. Of which attempt it is comes with it.
type (
	dialed struct {
		of  *attempt
		got *shaken
		err error
	}
	came struct{ of *attempt }
	went struct {
		of  *attempt
		end peer.End
	}
	informed struct {
		of   *attempt
		json []byte
	}
	again  struct{ _ byte }
	change struct{}
)

// IgnoreDeadLetterLogging keeps them out of the log: what a link tells may come when the uplink has gone.
func (*dialed) IgnoreDeadLetterLogging()   {}
func (*came) IgnoreDeadLetterLogging()     {}
func (*went) IgnoreDeadLetterLogging()     {}
func (*informed) IgnoreDeadLetterLogging() {}
func (*again) IgnoreDeadLetterLogging()    {}
func (*change) IgnoreDeadLetterLogging()   {}

// How patient an uplink is: the first attempt behind a link that was up comes almost at once.
const (
	firstPause   = 50 * time.Millisecond
	usualPause   = 400 * time.Millisecond
	patientAfter = 100 // attempts: then it will not be a matter of seconds
	longestPause = 5 * time.Second
	loopPause    = 30 * time.Second // what hubs ask for behind a loop
	refusedPause = time.Second      // who was refused does not become welcome in a moment
)

// Receive handles the actor's messages.
func (u *uplink) Receive(ctx actor.Context) {
	self := ctx.Self()
	switch m := ctx.Message().(type) {
	case *actor.Started:
		u.begin(self)
	case *again:
		if m == u.waits {
			u.dial(self)
		}
	case *change:
		u.hangUp()
		u.begin(self)
	case *dialed:
		u.dialed(self, m)
	case *came:
		if m.of == u.current {
			m.of.since, u.said = u.Now(), ""
			u.failed = 0
			u.at.up(u.Links)
		}
	case *informed:
		u.informed(self, m)
	case *went:
		u.went(self, m)
	case *actor.Stopping, *actor.Restarting:
		u.hangUp()
	}
}

// begin begins with the remote as it is now.
func (u *uplink) begin(self *actor.PID) {
	r := u.at.remote.Load()
	u.urls, u.names, u.next, u.failed = slices.Clone(r.URLs), nil, 0, 0
	if !r.NoRandomize {
		rand.Shuffle(len(u.urls), func(i, j int) { u.urls[i], u.urls[j] = u.urls[j], u.urls[i] })
	}
	u.dial(self)
}

// hangUp ends what there is.
func (u *uplink) hangUp() {
	u.waits = nil
	if u.timer != nil {
		u.timer.Stop()
	}
	a := u.current
	if a == nil {
		return
	}
	u.current = nil
	a.cancel()
	if a.link != nil {
		u.Send(a.link, &connection.CloseNow{Reason: report.ClientClosed})
	}
	u.at.down(u.Links, nil)
}

// dial begins an attempt, in a goroutine of its own.
func (u *uplink) dial(self *actor.PID) {
	r := u.at.remote.Load()
	ctx, cancel := context.WithCancel(context.Background())
	to, err := ParseURL(u.urls[u.next%len(u.urls)])
	u.next++
	a := &attempt{cancel: cancel}
	if err == nil {
		a.name = cmp.Or(u.names[to.Host], to.Hostname())
	}
	u.current = a
	h := u.Host
	u.Spawn("dial", func() {
		m := &dialed{of: a, err: errDialCrashed}
		defer func() { h.Send(self, m) }()
		if m.err = err; err == nil {
			m.got, m.err = dial(ctx, r, to, a.name, &u.Self)
		}
	})
}

// errDialCrashed is what becomes of an attempt whose goroutine does not come to its end.
var errDialCrashed = errors.New("dialing has crashed")

// dialed makes a link of a connection that a hub has let in.
func (u *uplink) dialed(self *actor.PID, m *dialed) {
	switch {
	case m.of != u.current:
		if m.got != nil {
			m.got.conn.Close()
		}
		return
	case m.err != nil:
		u.complain(m.err)
		u.retry(self, m.err)
		return
	}
	p := u.peerOf(self, m.of, m.got)
	id := u.Accept(transport.Arrival{Conn: m.got.conn, Endpoint: u.Endpoint}, p)
	if id == 0 {
		return // the broker is about to stop
	}
	m.of.link = u.Link(id)
	u.at.let(id, m.got)
	u.discover(&m.got.info)
}

// informed takes in what a hub says later.
func (u *uplink) informed(self *actor.PID, m *informed) {
	var info hubInfo
	if m.of == u.current && json.Unmarshal(m.json, &info) == nil {
		u.discover(&info)
		if info.Domain != "" && info.Domain != u.at.domain() { // what it stores goes by other names now
			u.hangUp()
			u.begin(self)
		}
	}
}

// mostDiscovered is how many addresses a hub may tell.
const mostDiscovered = 64

// discover adds the addresses that a hub tells to those that are tried. They are mostly numbers, which certificates do not
// name: so who is there has to be whom the hub that tells them was to be.
func (u *uplink) discover(info *hubInfo) {
	r, told := u.at.remote.Load(), info.LeafNodeURLs
	if to, err := ParseURL(r.URLs[0]); err == nil && byWeb(to) { // so are all
		told = info.WebURLs
	}
	if r.IgnoreDiscovered || told == nil {
		return
	}
	known, names := make(map[string]bool), make(map[string]string)
	urls := make([]string, 0, len(r.URLs)+len(told))
	add := func(text string, from *url.URL) {
		if to, err := ParseURL(text); err == nil && !known[to.Host] && len(urls) < len(r.URLs)+mostDiscovered {
			known[to.Host] = true
			if from != nil {
				if to.Scheme != tlsScheme {
					to.Scheme = from.Scheme
				}
				if to.User == nil {
					to.User = from.User
				}
				if net.ParseIP(to.Hostname()) != nil {
					names[to.Host] = u.current.name
				}
			}
			urls = append(urls, to.String())
		}
	}
	for _, text := range r.URLs {
		add(text, nil)
	}
	from, err := ParseURL(r.URLs[0])
	if err != nil {
		return
	}
	for _, text := range told {
		add(text, from)
	}
	u.urls, u.names = urls, names
}

// went is told that the link has ended.
func (u *uplink) went(self *actor.PID, m *went) {
	if m.of != u.current {
		return
	}
	var err error = &peer.EndedError{End: m.end}
	u.complain(err)
	u.retry(self, err)
}

// retry begins another attempt in a while.
func (u *uplink) retry(self *actor.PID, why error) {
	u.current.cancel()
	u.current = nil
	u.at.down(u.Links, why)
	longest := usualPause
	if u.failed > patientAfter {
		longest = longestPause
	}
	const most = 10 // doublings
	pause := min(longest, firstPause<<min(u.failed/len(u.urls), most))
	u.failed++
	var ended *peer.EndedError
	var said *saidError
	switch {
	case errors.As(why, &ended) && (ended.Loop || isLoop(ended.Said)):
		pause = loopPause
	case errors.As(why, &said) || errors.As(why, &ended) && ended.Said != "":
		pause = max(pause, refusedPause)
	}
	pause += rand.N(pause/5 + 1)
	m, h := &again{}, u.Host
	u.waits = m
	u.timer = time.AfterFunc(pause, func() { h.Send(self, m) })
}

// complain says what is wrong with the link, once until it is up or something else is wrong.
func (u *uplink) complain(err error) {
	r, text := u.at.remote.Load(), err.Error()
	if text == u.said || u.Over.Load() {
		return
	}
	u.said = text
	const line = "leaf link is down"
	if u.Allowed(hclog.Warn, line, u.Now()) {
		u.Logger.Warn(line, "remote", r.Name, "account", r.Account, "error", err)
	}
	u.Observe(supervisor.Event{Time: u.Now(), What: "link down", Path: host.Path(host.Links, u.at.child), Role: Role, Reason: err.Error()})
}
