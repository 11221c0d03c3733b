package actors

import (
	"errors"
	"io"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/wire"
)

// This file is the life of a connection beside its commands: who the client is,
// and how it ends.

// takeConnect carries out CONNECT, which may come again.
func (c *connection) takeConnect(arg []byte) {
	options := c.options
	if err := options.Decode(arg); err != nil {
		c.fatal = asWireError(err)
		return
	}
	if c.connected {
		c.forgetAll() // a new identity starts with nothing
	}
	c.connected = true
	if c.fatal = c.judge(&options); c.fatal != nil {
		return
	}
	shown := c.known()
	shown.User, shown.Password, shown.Token = options.User, options.Pass, options.AuthToken
	shown.NKey, shown.Sig, shown.Nonce = options.NKey, options.Sig, c.nonce
	shown.JWT = c.token(&options)
	claim := c.under.gate.Claim(shown)
	options.User, options.Pass, options.AuthToken, options.JWT, options.NKey, options.Sig = "", "", "", "", "", ""
	if claim.Slow() {
		c.prove(claim, options)
		return
	}
	c.admit(claim.Holds(), &options)
}

// admit lets a client in as somebody, or refuses it as nobody.
func (c *connection) admit(who *access.Identity, options *wire.Connect) {
	switch {
	case who == nil:
		c.fatal = wire.ErrAuthorization
		return
	case options.NoResponders && (!options.Headers || c.config().NoHeaders):
		c.fatal = wire.ErrNoRespondersHeaders
		return
	case !c.assume(who):
		c.fatal = wire.ErrMaxAccountConnections
		return
	}
	c.options = *options
	c.to.headers.Store(options.Headers && !c.config().NoHeaders)
	c.parser.Headers = options.Headers && !c.config().NoHeaders
	c.expectPing()
	c.tell(KindAuthenticated, "")
	c.acknowledge()
}

// judge says why a CONNECT is refused whoever it is from, nil if it is not.
func (c *connection) judge(o *wire.Connect) *wire.Error {
	switch {
	case o.Protocol < 0 || o.Protocol > 1:
		return wire.ErrClientProtocol
	case o.Account != "" || o.NewAccount:
		return wire.ErrAuthorization
	default:
		return nil
	}
}

// afterPing sends a client of protocol 1 the INFO that follows its first PING
// after CONNECT.
func (c *connection) afterPing() {
	if c.connected && !c.greeted {
		c.greeted = true
		if c.options.Protocol >= 1 {
			c.sendInfo(true)
		}
	}
}

// refuse tells the client what is wrong and closes.
func (c *connection) refuse(e *wire.Error) {
	if e == wire.ErrAuthorization || e == wire.ErrAuthTimeout {
		c.tell(KindAuthFailed, e.Text)
	}
	c.complain(e.Text)
	if c.options.Protocol >= 1 {
		c.say(e.Line())
	} else {
		c.say(e.Lines)
	}
	c.close(CloseReason(e.Reason))
}

// close stops reading; what waits is still written, then the connection ends.
func (c *connection) close(reason CloseReason) {
	if c.leaving {
		return
	}
	c.reason, c.leaving = reason, true
	c.giveUpProof()
	c.giveUpHolds()
	c.keepReport()
	c.forgetAll()
}

// lost ends the connection: there is no way left to write to the client.
func (c *connection) lost(reason CloseReason) {
	c.close(reason)
	c.discard()
}

// disconnected is told by the reader that nothing more will come.
func (c *connection) disconnected(err error) {
	c.deaf = true
	if errors.Is(err, io.EOF) {
		c.close(ClientClosed)
		return
	}
	c.lost(ReadError)
}

// stop is the last thing the actor does, whatever brought it here.
func (c *connection) stop() {
	if c.reason == notClosed {
		c.reason = InternalError // only a crash skips close
	}
	c.leaving = true
	c.giveUpProof()
	c.giveUpHolds()
	if c.packer != nil { // only a crash leaves it
		c.packer.abandon()
	}
	c.direct(0)
	c.keepReport()
	c.forgetAll()
	c.settleLast()
	c.clock.stop()
	c.part()
	c.farewell()
	c.bequeath()
	if !c.parts() {
		c.leave(c.link.conn(), c.guest)
	}
	if c.logger.IsDebug() {
		c.log().Debug("client connection closed", "reason", c.reason)
	}
}

// lastWords is what the client is told where the outbox did not get to it. It is
// empty where there is nothing to say, or the client is in the middle of a
// message and would take it for a part of that.
func (c *connection) lastWords() string {
	whole := c.out.writing || c.out.offset == 0 && !c.out.torn // the writer writes whole messages
	switch {
	case !whole:
		return ""
	case c.reason == InternalError:
		return wire.ErrInternal.Lines
	case c.reason == SlowConsumerPendingBytes, c.reason == SlowConsumerWriteDeadline:
		return wire.ErrSlowConsumerPending.Lines
	default:
		return ""
	}
}

// farewell ends the transport. Where the client may still be sending, a close
// would reset the connection and take the last lines with it: so the reader is
// left to hear the client out for a moment.
func (c *connection) farewell() {
	nc, words := c.link.conn(), c.lastWords()
	c.discard()
	c.unaccount()
	c.give(turn{do: toStop})
	if c.parts() {
		c.sayGoodbye(words)
		return
	}
	if c.deaf || c.waiting || c.reason == WriteError || c.reason == ServerShutdown {
		c.link.abort()
		return
	}
	_ = nc.SetReadDeadline(c.now().Add(lingerTime)) // if it fails the reader does too
	said := 0
	if !c.out.writing {
		said, _ = c.link.offer([]byte(words)) // what is wrong shows again below
	}
	if said == len(words) {
		c.link.hangUp(c.reason)
		return
	}
	c.finish(words, said, func() {})
}

// parts reports whether the client is to be told goodbye.
func (c *connection) parts() bool { return c.link.polite() && c.reason != WriteError }

// sayGoodbye is farewell where the transport has one of its own, by which the
// broker waits for it when it stops.
func (c *connection) sayGoodbye(words string) {
	nc, guest := c.link.conn(), c.guest
	_ = nc.SetReadDeadline(c.now().Add(lingerTime)) // if it fails the reader does too
	c.finish(words, 0, func() { c.leave(nc, guest) })
}

// finish leaves to a goroutine what may take time: the rest of the last words,
// and hanging up.
func (c *connection) finish(words string, said int, then func()) {
	l, why, writing, over := c.link, c.reason, c.out.writing, c.out.over
	c.spawn("last words", func() {
		defer then()
		if writing { // it has the socket, and until the reader hangs up
			if err, ended := <-over; err != nil || !ended {
				words = words[:said]
			}
		}
		_ = l.write([]byte(words[said:]), lingerTime) // nobody is left to tell
		l.hangUp(why)
	})
}

// asWireError is err as the error it is: the parser makes no other.
func asWireError(err error) *wire.Error {
	if e, ok := errors.AsType[*wire.Error](err); ok {
		return e
	}
	return wire.ErrParser
}

// sendInfo tells the client about the broker: as a greeting, and once more when
// it has connected.
func (c *connection) sendInfo(connected bool) { c.inform(c.personal(connected)) }

// inform sends INFO.
func (c *connection) inform(p wire.Personal) {
	const usual = 512 // bytes; longer ones are appended all the same
	c.out.append(usual, func(dst []byte) []byte { return c.door.face.Load().greeting.Append(dst, p) })
	if c.tracing {
		c.traceOut("INFO")
	}
}

// personal is what INFO tells the client about itself.
func (c *connection) personal(connected bool) wire.Personal {
	p := wire.Personal{ClientID: c.cid, ClientIP: clientHost(c.link.conn()), Connected: connected, LameDuck: c.lame.Load()}
	if connected {
		p.RemoteAccount, p.System, p.MaxPayload = c.world.name, c.world.system, c.parser.MaxPayload
	} else {
		p.Nonce = c.nonce
	}
	return p
}
