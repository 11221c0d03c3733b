package actors

import (
	"errors"
	"io"

	"github.com/troupe-mq/troupe/supervisor"
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
	options.User, options.Pass, options.AuthToken, options.JWT, options.Sig = "", "", "", "", ""
	c.options = options
	c.authorized = true
	c.to.headers.Store(options.Headers && !c.config.NoHeaders)
	c.parser.Headers = options.Headers && !c.config.NoHeaders
	c.clock.connected(c)
	c.acknowledge()
}

// judge says why a CONNECT is refused, nil if it is not.
func (c *connection) judge(o *wire.Connect) *wire.Error {
	switch {
	case o.Protocol < 0 || o.Protocol > 1:
		return wire.ErrClientProtocol
	case o.Account != "" || o.NewAccount:
		return wire.ErrAuthorization
	case !c.gate.Admits(o.User, o.Pass, o.AuthToken):
		return wire.ErrAuthorization
	case o.NoResponders && (!o.Headers || c.config.NoHeaders):
		return wire.ErrNoRespondersHeaders
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
	c.log().Error(e.Text)
	c.say(e.Lines)
	c.close(CloseReason(e.Reason))
}

// close stops reading; what waits is still written, then the connection ends.
func (c *connection) close(reason CloseReason) {
	if c.leaving {
		return
	}
	c.reason, c.leaving = reason, true
	c.recall()
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

// SlowConsumer is the failure of a connection whose client does not read what it
// has subscribed to.
type SlowConsumer struct {
	Reason  CloseReason
	Pending int // bytes
}

func (e *SlowConsumer) Error() string { return string(e.Reason) }

// evict fails the actor: whether a slow consumer may stay is its supervisor's
// decision.
func (c *connection) evict(reason CloseReason) {
	pending := c.out.pending()
	if !c.leaving {
		c.log().Warn("Slow Consumer Detected", "reason", reason, "pending", pending, "name", c.options.Name)
		c.counters.slowConsumers.Add(1)
	}
	c.reason, c.leaving = reason, true
	panic(supervisor.Fail(&SlowConsumer{Reason: reason, Pending: pending}))
}

// stop is the last thing the actor does, whatever brought it here.
func (c *connection) stop() {
	if c.reason == notClosed {
		c.reason = InternalError // only a crash skips close
	}
	c.leaving = true
	c.recall()
	c.lastWords()
	c.forgetAll()
	c.settleLast()
	c.clock.stop()
	c.farewell()
	c.bequeath()
	c.leave()
	if c.logger.IsDebug() {
		c.log().Debug("client connection closed", "reason", c.reason)
	}
}

// lastWords tries to tell the client what happened, where the outbox could not.
func (c *connection) lastWords() {
	line := ""
	switch c.reason {
	case InternalError:
		line = wire.ErrInternal.Lines
	case SlowConsumerPendingBytes, SlowConsumerWriteDeadline:
		line = wire.ErrSlowConsumerPending.Lines
	default:
		return
	}
	whole := !c.out.writing && c.out.offset == 0
	c.discard()
	if whole { // else the client is in the middle of a message
		c.out.reply(line)
		_, _ = c.out.offer(c.link) // nobody is left to tell if it fails
	}
}

// farewell ends the transport. Where the client may still be sending, a close
// would reset the connection and take the last lines with it: so the reader is
// left to hear the client out for a moment.
func (c *connection) farewell() {
	nc := c.link.conn()
	c.turns <- turnStop
	if c.deaf || c.reason == WriteError || c.reason == ServerShutdown {
		nc.Close()
		return
	}
	c.link.hangUp()
	_ = nc.SetReadDeadline(c.now().Add(lingerTime)) // if it fails the reader does too
}

// asWireError is err as the error it is: the parser makes no other.
func asWireError(err error) *wire.Error {
	var e *wire.Error
	if errors.As(err, &e) {
		return e
	}
	return wire.ErrParser
}

// sendInfo tells the client about the broker: as a greeting, and once more when
// it has connected.
func (c *connection) sendInfo(connected bool) {
	i := c.info
	i.ClientID = c.cid
	i.ClientIP = clientHost(c.link.conn())
	i.ConnectInfo = connected
	if connected {
		i.RemoteAccount = globalAccount
	}
	c.say(string(wire.AppendInfo(nil, &i)))
}

// globalAccount is the account of everybody, where there are no others.
const globalAccount = "$G"
