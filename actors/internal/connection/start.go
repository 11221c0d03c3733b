package connection

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/session"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/wire"
)

// This file is how a connection begins, and what INFO says to its client.

// start greets the client and begins to read.
func (c *connection) start(ctx actor.Context) {
	c.pub.Target.PID = ctx.Self()
	c.session.Started = c.Now()
	if c.server != nil {
		c.startLink(ctx)
		return
	}
	if c.resident != nil {
		c.source.Start(ctx.Self(), &c.in)
		c.admitResident(c.resident)
		c.judge(false)
		return
	}
	c.note(tap.Connected, "")
	var first *transport.Handshake
	if at := c.session.Endpoint.State(); at.Tls != nil && c.session.Endpoint.Kind != transport.KindWebSocket && c.hasPlace {
		first = c.startHandshake(at)
	} else {
		c.greet()
	}
	c.source = transport.NewReader(c.Inbound, c.Parking, c.session.Link, first)
	c.judge(false) // there may have been a reload since the connection was made
	c.source.Start(ctx.Self(), &c.in)
}

// admitResident lets an actor in as whom it has joined: there is no CONNECT, and
// nobody who could be silent for too long.
func (c *connection) admitResident(r *transport.Resident) {
	headers := !c.config().NoHeaders
	who := session.ResidentBy(c.session.Settings.Gate, r.Identity)
	switch {
	case who == nil:
		c.close(report.AuthenticationViolation)
		return
	case !c.assume(who):
		c.close(report.MaxAccountConnections)
		return
	}
	c.setOptions(&wire.Connect{
		Echo: r.Echo, Headers: headers, NoResponders: headers, Protocol: 1, Name: r.Name, Lang: "go", Version: c.config().Version,
	})
	c.connected, c.greeted, c.readerDone = true, true, true
	r.Admitted(c.Origin())
	c.note(tap.Connected, "")
	c.note(tap.Authenticated, "")
	c.receive()
}

// greet begins to talk with a client, if only to say that there is no room.
func (c *connection) greet() {
	c.sendInfo(false)
	if c.hasPlace {
		c.startClock()
	} else {
		c.refuse(wire.ErrMaxConnections)
	}
}

// startHandshake has the reader shake hands with the client before it reads.
func (c *connection) startHandshake(at *transport.EndpointState) *transport.Handshake {
	c.handshaking = true
	if c.pub.Tracer != nil {
		c.pub.Tracer.Out("INFO")
	}
	return &transport.Handshake{Guard: at.Tls, Conn: c.session.Link.Conn(), Info: at.Greeting.Append(nil, c.personal(false))}
}

// handshakeDone begins to talk with a client that has come in.
func (c *connection) handshakeDone(m *transport.HandshakeDone) {
	c.session.Link, c.handshaking = m.Link, false
	if c.closing {
		return
	}
	if !m.Greeted {
		c.sendInfo(false)
	}
	c.startClock()
}

// handshakeFailed ends a connection whose client has not come in. It is heard out,
// for by TLS 1.3 it takes itself for welcome, and speaks, before it can know what was
// wrong with its certificate.
func (c *connection) handshakeFailed(err error) {
	if !c.closing {
		c.complain("TLS handshake failed", "error", err)
	}
	c.handshaking = false
	c.lost(report.TLSHandshakeFailure)
}

// sendInfo tells the client about the broker: as a greeting, and once more when
// it has connected.
func (c *connection) sendInfo(connected bool) { c.inform(c.personal(connected)) }

// inform sends INFO.
func (c *connection) inform(p wire.Personal) {
	const usual = 512 // bytes; longer ones are appended all the same
	c.out.Append(usual, func(dst []byte) []byte { return c.session.Endpoint.State().Greeting.Append(dst, p) })
	if c.pub.Tracer != nil {
		c.pub.Tracer.Out("INFO")
	}
}

// personal is what INFO tells the client about itself.
func (c *connection) personal(connected bool) wire.Personal {
	p := wire.Personal{ClientID: c.cid(), Connected: connected}
	if c.server == nil {
		p.ClientIP, p.LameDuck = transport.ClientHost(c.session.Link.Conn()), c.Lame.Load()
	}
	if connected {
		a := c.session.Account
		p.RemoteAccount, p.System, p.MaxPayload = a.Name, a.System, c.parser.MaxPayload
	} else {
		p.Nonce = c.session.Nonce
	}
	return p
}

// Pinged sends a client of protocol 1 the INFO that follows its first PING after
// CONNECT.
func (c *connection) Pinged() {
	if c.connected && !c.greeted {
		c.greeted = true
		if c.session.Options.Protocol >= 1 {
			c.sendInfo(true)
		}
	}
}

// informAgain sends INFO to a client that has connected, and reports whether it understands that.
func (c *connection) informAgain(lameDuck bool) (understands bool) {
	understands = c.greeted && c.session.Options.Protocol >= 1 && !c.closing && (c.server == nil || c.isSpoke())
	if understands {
		p := c.personal(false)
		p.Nonce, p.LameDuck = "", p.LameDuck || lameDuck
		c.inform(p)
	}
	return understands
}

// sendAway tells the client to go elsewhere, if it is one that understands it.
func (c *connection) sendAway(m *GoElsewhere) {
	understands := c.informAgain(true)
	switch {
	case m.Answer == nil:
	case understands:
		m.Answer <- nil
	default:
		m.Answer <- report.ErrNotInformed
	}
}
