package mesh

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"slices"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/internal/members"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
)

// dial is an address that is dialed: one of the configuration, for ever, or one that another server has told, a few times.
type dial struct {
	to         *url.URL
	configured bool
	gossip     members.Gossip
	state      dialState
	knows      string // the id of the server there, as far as it is known
	route      *route // the connection, nil if there is none
	cancel     context.CancelFunc
	timer      *time.Timer
	waits      *again    // the one that counts: others are of timers that were too late to be stopped
	failed     int       // attempts since the last route that was up
	until      time.Time // it is dialed again until then at least: there was a server
	since      time.Time
	why        string // there is no route
	said       string // what was wrong when that was last said
	first      bool   // its first attempt has ended

	fills   bool   // it is for one more connection to a server that there is a route to
	account string // that this is for
	implied bool   // the configuration names the server
}

type dialState uint8

const (
	idle    dialState = iota
	dialing           // there is an attempt
	routed            // there is a connection
	waiting           // for the next attempt
	content           // there is another route to the same server
	myself            // the address is that of this broker
)

type (
	dialed struct {
		of  *dial
		by  *again // the attempt
		got net.Conn
		err error
	}
	again struct{ of *dial }
)

// IgnoreDeadLetterLogging keeps them out of the log: the roster may have gone.
func (*dialed) IgnoreDeadLetterLogging() {}
func (*again) IgnoreDeadLetterLogging()  {}

// dialTime is how long a connection may take to be made.
const dialTime = time.Second

// stop ends attempts. A connection that is there is not concerned.
func (d *dial) stop() {
	d.waits, d.state = nil, idle
	if d.timer != nil {
		d.timer.Stop()
	}
	if d.cancel != nil {
		d.cancel()
	}
}

// known notes what has been found out about who is there.
func (d *dial) known(v *members.Verdict) {
	switch {
	case v.Self:
		d.state = myself
	case v.Known != "":
		d.state, d.knows = content, v.Known
	case v.Strand != nil:
		d.knows = v.Strand.Of.Info.ServerID
	}
}

// dial begins an attempt, in a goroutine of its own.
func (r *roster) dial(self *actor.PID, d *dial) {
	ctx, cancel := context.WithCancel(context.Background())
	m := &dialed{of: d, by: &again{d}, err: errDialCrashed}
	d.cancel, d.state, d.waits = cancel, dialing, m.by
	h, s, to, dial := r.Host, r.settings.Load(), d.to, r.Dial
	name := r.tlsName(to)
	r.Spawn("dial", func() {
		defer func() { h.Send(self, m) }()
		m.got, m.err = dial(ctx, s, to.Host, name)
	})
}

// errDialCrashed is what becomes of an attempt whose goroutine does not come to its end.
var errDialCrashed = errors.New("dialing has crashed")

// tlsName is whom the certificate of a server is to name: the first of the configured hosts that is a name, where the
// address is a number that another server has told.
func (r *roster) tlsName(to *url.URL) string {
	if net.ParseIP(to.Hostname()) == nil {
		return to.Hostname()
	}
	for _, u := range r.settings.Load().urls() {
		if net.ParseIP(u.Hostname()) == nil {
			return u.Hostname()
		}
	}
	return to.Hostname()
}

// connect makes a connection, and shakes hands by TLS where that is wanted.
func connect(ctx context.Context, s *Settings, address, name string) (net.Conn, error) {
	dialing, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	quiet := net.Dialer{KeepAlive: -1} // a route has PINGs of its own
	nc, err := quiet.DialContext(dialing, "tcp", address)
	if err != nil || s.TLS == nil {
		return nc, err
	}
	c, err := s.TLS.Client(name)
	if err == nil {
		over := tls.Client(nc, c)
		if err = encrypt(ctx, over, s.TLS.HandshakeTimeout()); err == nil {
			return over, nil
		}
	}
	nc.Close()
	return nil, err
}

// encrypt shakes hands.
func encrypt(ctx context.Context, over *tls.Conn, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if err := over.HandshakeContext(ctx); err != nil {
		return fmt.Errorf("TLS: %w", err)
	}
	return nil
}

// dialed makes a route of a connection.
func (r *roster) dialed(self *actor.PID, m *dialed) {
	d := m.of
	switch {
	case d.waits != m.by || d.state != dialing:
		if m.got != nil {
			m.got.Close()
		}
		return
	case m.err != nil:
		r.ended(self, d, m.err)
		r.show()
		return
	}
	at := &route{dial: d, by: r.settings.Load(), way: members.Way{Solicited: true, Configured: d.configured || d.implied, Gossip: d.gossip, Account: d.account}}
	id := r.Accept(transport.Arrival{Conn: m.got, Endpoint: r.Endpoint}, r.peerOf(self, at, r.hello(d)))
	if id == 0 {
		return // the broker is about to stop
	}
	d.route, d.state = at, routed
	r.note(at, id)
}

// hello is what this broker says first on a route that it has dialed.
func (r *roster) hello(d *dial) []byte {
	s := r.settings.Load()
	g := &greeting{Echo: true, TLSRequired: s.TLS != nil, Headers: r.Self.Headers, Name: r.Self.ID, Cluster: r.table.Cluster, Dynamic: r.table.Dynamic, LeafOrigin: true}
	g.User, g.Pass = s.User, s.Password
	if u := d.to.User; u != nil {
		g.User = u.Username()
		g.Pass, _ = u.Password()
	}
	hello := line("CONNECT", g)
	if r.delays(d) {
		return hello
	}
	i := r.info(&r.table, d.gossip, r.lame)
	i.RouteAccount = d.account
	return append(hello, line("INFO", i)...)
}

// ended is told that an attempt has failed, or that a route that it has led to has ended.
func (r *roster) ended(self *actor.PID, d *dial, why error) {
	d.why = why.Error()
	if d.fills {
		r.unfilled(self, d, why)
		return
	}
	r.attempted(d)
	var end *peer.EndedError
	rejected := errors.As(why, &end)
	switch {
	case d.state == myself:
		return
	case d.state == content && r.table.Member(d.knows) != nil:
		return
	case d.configured:
		r.complain(d, why)
	case r.Now().Before(d.until):
	case rejected && d.state != content, d.failed >= r.settings.Load().ConnectRetries && !rejected:
		r.forget(d) // nobody has configured it: who knows it tells of it again
		return
	}
	if d.since.IsZero() {
		d.since = r.Now()
	}
	pause := usualPause
	switch {
	case rejected && end.Said == "" && d.failed == 0:
		pause = firstPause
	case rejected, !d.configured && d.until.IsZero():
	case r.settings.Load().ConnectBackoff:
		pause = min(longestPause, firstPause<<min(d.failed, 10))
	case !d.configured:
		pause = min(missedPause, firstPause<<min(d.failed, 10))
	default:
		pause = min(usualPause, firstPause<<min(d.failed, 10))
	}
	d.failed++
	r.later(self, d, pause)
}

// later begins another attempt in a while. Two servers that dial each other do it at different times.
func (r *roster) later(self *actor.PID, d *dial, pause time.Duration) {
	m, h := &again{d}, r.Host
	d.waits, d.state = m, waiting
	d.timer = time.AfterFunc(jittered(pause), func() { h.Send(self, m) })
}

// jittered is a pause that is another one each time.
func jittered(pause time.Duration) time.Duration { return pause + rand.N(firstPause) }

func (r *roster) again(self *actor.PID, m *again) {
	d := m.of
	if d.waits != m || d.state != waiting {
		return
	}
	if r.table.Member(d.knows) != nil {
		d.state = content
		return
	}
	r.dial(self, d)
}

// mostHeard is how many addresses other servers may tell.
const mostHeard = 1024

// hear dials a server that another has told of. It returns the address, nil if there are too many.
func (r *roster) hear(self *actor.PID, to *url.URL, i *members.Info) *dial {
	d, known := r.dialOf(to)
	if d != nil && !known {
		d.gossip = i.Gossip
		r.dial(self, d)
	}
	return d
}

// seek has a server that there was be dialed for a while, where nobody has configured it.
func (r *roster) seek(d *dial, m *members.Member) {
	if !d.configured {
		d.until, d.knows = r.Now().Add(missedFor), m.Info.ServerID
	}
}

// dialOf is the address, and whether it is dialed already; nil if there are too many.
func (r *roster) dialOf(to *url.URL) (d *dial, known bool) {
	at := slices.IndexFunc(r.dials, func(d *dial) bool { return members.Place(d.to) == members.Place(to) })
	switch {
	case at >= 0:
		return r.dials[at], true
	case len(r.dials) >= mostHeard:
		return nil, false
	}
	to.User = nil
	d = &dial{to: to}
	r.dials = append(r.dials, d)
	return d, false
}

// forget drops an address.
func (r *roster) forget(d *dial) {
	d.stop()
	r.dials = slices.DeleteFunc(r.dials, func(o *dial) bool { return o == d })
}

// attempted notes that the first attempt of a configured route has ended, and lets those go on who wait for all of them.
func (r *roster) attempted(d *dial) {
	if d != nil && d.configured && !d.first {
		d.first = true
		r.first--
	}
	if r.first <= 0 {
		r.once.Do(func() { close(r.settled) })
	}
}

// complain says what is wrong with a configured route, once until it is up or something else is wrong.
func (r *roster) complain(d *dial, err error) {
	text := err.Error()
	var end *peer.EndedError
	if text == d.said || errors.As(err, &end) && end.Reason == report.DuplicateRoute {
		return
	}
	d.said = text
	const line = "no route to a server of the cluster"
	if r.Allowed(hclog.Warn, line, r.Now()) {
		r.Logger.Warn(line, "url", d.to.Host, "error", err)
	}
}
