package connection

import (
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/keepalive"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// collect parses commands into a batch until the input is used up, the batch is
// full, or a command must not be judged before what precedes it has taken
// effect. It reports whether there may be more to parse afterwards.
func (c *connection) collect() (more bool) {
	if c.server != nil {
		return c.collectLink()
	}
	var cmd wire.Command
	for c.fatal == nil && !c.closing && c.session.Proof == nil {
		if c.in.R == c.in.W {
			return false
		}
		if c.mustAuthorize() {
			c.fatal = wire.ErrAuthorization
			return true
		}
		next, err := c.parser.Next(c.in.Buf[:c.in.W], c.in.R, &cmd)
		if err != nil {
			c.checkUnfinished()
			c.fatal = asWireError(err)
			return true
		}
		if next == c.in.R {
			c.await()
			return c.fatal != nil
		}
		if c.batch != nil && (len(c.batch.Entries) >= batch.MaxEntries || c.pub.Turn.Over() || c.mustWait(&cmd)) {
			return true // the command is parsed again when the batch is committed
		}
		at := c.in.R
		c.in.R, c.in.Want = next, 0
		if c.take(&cmd); c.fatal == wire.ErrParser {
			c.in.R = at // it is still to be said what is wrong with it
		}
	}
	return true
}

// mustAuthorize reports whether the next command is refused because the client
// has not yet said who it is. It looks at one byte, so that somebody without
// credentials learns nothing about the parser.
func (c *connection) mustAuthorize() bool {
	return !c.session.Authorized() && c.in.Buf[c.in.R]|0x20 != 'c'
}

// await notes what is known of the command that has come in part.
func (c *connection) await() {
	c.in.Want = c.parser.Want()
	if !c.connected && !keepalive.IsTypable(c.in.Want) {
		c.fatal = wire.ErrMaxPayload
		return
	}
	c.checkUnfinished()
}

// mustWait reports whether a command depends on what the batch before it does:
// CONNECT changes how everything is answered, whether the sid of a SUB is in use
// may hang on an UNSUB's max, and an answer may be to what comes before it, by
// whatever name.
func (c *connection) mustWait(cmd *wire.Command) bool {
	switch cmd.Op {
	case wire.OpConnect, wire.OpInfo, wire.OpErr:
		return true
	case wire.OpSub:
		return c.subs.Get(cmd.Sid.Of(c.in.Buf)) != nil || c.batch.Messages && c.isWide(string(cmd.Subject.Of(c.in.Buf)))
	case wire.OpUnsub:
		s := c.subs.Get(cmd.Sid.Of(c.in.Buf))
		return s != nil && cmd.Max == 0 && c.batch.Messages && c.isWide(s.Subject())
	case wire.OpPub, wire.OpHpub:
		return c.batch.Wide || c.session.NeedsPermits() && c.session.AwaitsPermit(cmd.Subject.Of(c.in.Buf), c.Now())
	default:
		return false
	}
}

// isWide reports whether a subscription concerns all partitions, or may have a shadow
// that does.
func (c *connection) isWide(pattern string) bool {
	_, wide := partition.Home(pattern, len(c.layout.PIDs))
	return wide || len(c.session.Account.Streams) > 0
}

// subscribing is the work of a SUB or an UNSUB, beside that of its partition.
const subscribing = 10 * steps.Delivery

// take does what can be done about a command by the connection alone, and puts
// the rest into the batch.
func (c *connection) take(cmd *wire.Command) {
	if c.pub.Tracer != nil {
		c.pub.Tracer.In(cmd, c.in.Buf)
	}
	c.pub.Turn.Spend(steps.Command)
	switch cmd.Op {
	case wire.OpPub, wire.OpHpub:
		c.takePublish(cmd)
	case wire.OpSub:
		c.pub.Turn.Spend(subscribing)
		c.takeSubscribe(cmd)
	case wire.OpUnsub:
		c.pub.Turn.Spend(subscribing)
		c.takeUnsubscribe(cmd)
	case wire.OpPing:
		c.entry(wire.OpPing)
	case wire.OpPong:
		c.clock.Answered(c.Now())
	case wire.OpConnect:
		c.takeConnect(cmd.Arg.Of(c.in.Buf))
	case wire.OpInfo:
		if arg := cmd.Arg.Of(c.in.Buf); wire.CheckInfo(arg) != nil {
			c.fatal = wire.ErrParser
		}
	case wire.OpErr:
		c.complain("client error", "text", string(cmd.Arg.Of(c.in.Buf)))
		c.close(report.ParseError)
	default: // +OK says nothing
	}
}

// entry appends to the batch, which it starts if there is none.
func (c *connection) entry(op wire.Op) *batch.Entry {
	if c.batch == nil {
		c.batch = batch.New(c.source, len(c.layout.PIDs), c.layout.Number)
	}
	c.batch.Buf = c.in.Buf
	e := c.batch.Add(op)
	e.Account = uint32(c.session.Account.Index())
	return e
}
