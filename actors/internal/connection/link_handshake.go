package connection

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// This file is a server that has still to say who it is. Who knows what becomes of it is asked (peer.Handshake), and
// nothing that the server sends is looked at meanwhile: so nothing of one that cannot stay has an effect.

// handshake is how far a server has come.
type handshake struct {
	judging  bool         // it is waited for what becomes of it
	compress *peer.Judged // it goes on compressed when all is written
	informed bool         // its first INFO was judged

	introduced bool // it has sent a CONNECT, although it was dialed

	said []byte           // the CONNECT of a leaf node that is proving who it is
	who  *access.Identity // who it is, when it has
}

// isJudged reports whether it is waited for what becomes of the server.
func (s *server) isJudged() bool { return s != nil && s.handshake.judging }

// startHandshakeOfLink greets a server. One that this broker has dialed need not say who it is before it is listened to.
func (c *connection) startHandshakeOfLink() {
	if c.isSpoke() {
		c.sendInfo(false)
	} else {
		c.sayLine(c.server.Handshake.Greeting)
	}
	if c.server.Handshake.Solicited && !c.letServerIn() {
		return
	}
	c.startClock()
}

// sayLine puts a line for the server into the outbox.
func (c *connection) sayLine(line []byte) {
	if !c.closing {
		c.out.Append(len(line), func(dst []byte) []byte { return append(dst, line...) })
	}
}

// takeServerConnect has it judged who a server says that it is.
func (c *connection) takeServerConnect(json []byte) {
	s := c.server
	switch {
	case !c.connected && c.isSpoke():
		c.takeSpokeConnect(json)
	case !c.connected:
		c.haveJudged(s.Handshake.Introduced, json)
	case c.isSpoke(): // what it has said first counts
	case s.mayIntroduce():
		s.handshake.introduced = true
	default:
		c.fatal = wire.ErrParser
	}
}

// mayIntroduce reports whether a server may say who it is although it has been let in: one that this broker has dialed, once.
func (s *server) mayIntroduce() bool {
	return s.route != nil && s.Handshake != nil && s.Handshake.Solicited && !s.handshake.introduced
}

// takeServerInfo has the first INFO judged. Whoever keeps the link is told of later ones.
func (c *connection) takeServerInfo(json []byte) {
	s := c.server
	if s.Handshake != nil && s.Handshake.Informed != nil && !s.handshake.informed {
		s.handshake.informed = true
		c.haveJudged(s.Handshake.Informed, json)
		return
	}
	if s.Informed != nil {
		s.Informed(json)
	}
}

func (c *connection) haveJudged(by func([]byte, peer.Announced, func(*peer.Judged)), json []byte) {
	h, self := c.Host, c.self()
	c.server.handshake.judging = true
	c.clock.Complete()
	l := peer.Announced{ID: c.cid(), Host: transport.ClientHost(c.session.Link.Conn()), RTT: c.Now().Sub(c.session.Started)}
	if who := c.server.handshake.who; who != nil {
		l.Account = who.Account
	}
	by(json, l, func(j *peer.Judged) { h.Send(self, j) })
}

// judged goes on with a server.
func (c *connection) judged(ctx actor.Context, j *peer.Judged) {
	s := c.server
	if !s.handshake.judging {
		return
	}
	s.handshake.judging = false
	switch {
	case j.Err != nil:
		c.fatal = j.Err
	case j.Reason != report.NotClosed:
		c.close(j.Reason)
	case j.Server != nil && c.isSpoke():
		c.letSpokeIn(ctx, j)
	case j.Compress.Mode != "":
		c.prepareToCompress(j)
		return
	case c.isSpoke(): // it goes on as it was
	case j.Server != nil:
		s.route.setShare(j.Share)
		c.setServer(*j.Server)
		c.sayLine(j.Say)
		if j.Ask {
			c.ping()
			s.begun = s.asked
		}
		for _, t := range s.route.targets {
			t.Like(c.pub.Target)
		}
		c.clock.ExpectPing(c.Now(), c.facts())
		c.beginLink(ctx)
	default:
		c.letServerIn()
	}
	c.advance()
}
