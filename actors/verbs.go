package actors

import (
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// collect parses commands into a batch until the input is used up, the batch is
// full, or a command must not be judged before what precedes it has taken
// effect. It reports whether there may be more to parse afterwards.
func (c *connection) collect() (more bool) {
	var cmd wire.Command
	for c.fatal == nil && !c.leaving && c.proving == nil {
		if c.in.r == c.in.w {
			return false
		}
		if c.mustAuthorize() {
			c.fatal = wire.ErrAuthorization
			return true
		}
		next, err := c.parser.Next(c.in.buf[:c.in.w], c.in.r, &cmd)
		if err != nil {
			c.fatal = asWireError(err)
			return true
		}
		if next == c.in.r {
			c.in.want = c.parser.Want()
			c.fatal = c.tooEarly()
			return c.fatal != nil
		}
		if c.batch != nil && (len(c.batch.entries) >= maxEntries || c.mustWait(&cmd)) {
			return true // the command is parsed again when the batch is committed
		}
		c.in.r, c.in.want = next, 0
		c.take(&cmd)
	}
	return true
}

// mustAuthorize reports whether the next command is refused because the client
// has not yet said who it is. It looks at one byte, so that somebody without
// credentials learns nothing about the parser.
func (c *connection) mustAuthorize() bool {
	return !c.authorized() && c.in.buf[c.in.r]|0x20 != 'c'
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
		return c.subs.get(cmd.Sid.Of(c.in.buf)) != nil
	case wire.OpPub, wire.OpHpub:
		return c.permits != nil && (c.world.mappings != nil || c.awaitsPermit(cmd.Subject.Of(c.in.buf)))
	default:
		return false
	}
}

// take does what can be done about a command by the connection alone, and puts
// the rest into the batch.
func (c *connection) take(cmd *wire.Command) {
	if c.tracing {
		c.traceIn(cmd)
	}
	switch cmd.Op {
	case wire.OpPub, wire.OpHpub:
		c.takePublish(cmd)
	case wire.OpSub:
		c.takeSubscribe(cmd)
	case wire.OpUnsub:
		c.takeUnsubscribe(cmd)
	case wire.OpPing:
		c.entry(wire.OpPing)
	case wire.OpPong:
		c.clock.answered(c.now())
	case wire.OpConnect:
		c.takeConnect(cmd.Arg.Of(c.in.buf))
	case wire.OpInfo:
		if err := wire.CheckInfo(cmd.Arg.Of(c.in.buf)); err != nil {
			c.fatal = asWireError(err)
		}
	case wire.OpErr:
		c.complain("client error", "text", string(cmd.Arg.Of(c.in.buf)))
		c.close(ParseError)
	default: // +OK says nothing
	}
}

// entry appends to the batch, which it starts if there is none.
func (c *connection) entry(op wire.Op) *entry {
	if c.batch == nil {
		c.batch = newBatch(c.to, c.turns, len(c.partitions))
	}
	c.batch.buf = c.in.buf
	return c.batch.add(op)
}

func (c *connection) takePublish(cmd *wire.Command) {
	e := c.entry(cmd.Op)
	b := c.batch
	e.headers, e.subject, e.reply, e.body, e.tail = cmd.Header, cmd.Subject, cmd.Reply, cmd.Body, cmd.Tail
	if !cmd.Verbatim {
		from := len(b.spelling)
		in := c.in.buf
		b.spelling = wire.AppendTail(b.spelling, cmd.Reply.Of(in), headerSize(cmd, in), cmd.Size.Of(in), cmd.Body.Of(in))
		e.tail, e.respelled = wire.Span{Off: uint32(from), Len: uint32(len(b.spelling) - from)}, true
	}
	reserved := e.reply.Len > 0 && access.ReservedReply(e.reply.Of(b.buf))
	if n := len(b.entries); cmd.Repeat && !reserved && n > 1 && b.entries[n-2].published() && !b.entries[n-2].alone {
		e.repeat, e.pedantic = true, b.entries[n-2].pedantic
		return
	}
	subject := e.subject.Of(b.buf)
	e.pedantic = c.options.Pedantic && !topics.ValidSubject(subject)
	if m := c.world.mappings; m != nil {
		subject = c.rename(m, e, subject)
	}
	lost := len(subject) == 0
	if !lost && (access.ReservedSubject(subject) || !c.publisher.May(subject) && !c.usePermit(e, subject)) {
		e.refusal = c.refusePublish(subject)
		return
	}
	if reserved {
		e.refusal, e.alone = c.refuseReply(e.reply.Of(b.buf)), true
		return
	}
	b.route(topics.Partition(subject, len(c.partitions)))
	if a := c.world; a.crosses {
		c.cross(cmd, a, subject, e.reply.Of(b.buf), 0)
	}
}

// headerSize is the text to repeat in an HMSG; none for what travels as MSG.
func headerSize(cmd *wire.Command, in []byte) []byte {
	if cmd.Op != wire.OpHpub {
		return nil
	}
	return cmd.HeaderSize.Of(in)
}

func (c *connection) takeSubscribe(cmd *wire.Command) {
	in := c.in.buf
	e := c.entry(wire.OpSub)
	e.subject, e.reply, e.body = cmd.Subject, cmd.Queue, cmd.Sid
	subject, queue, sid := cmd.Subject.Of(in), cmd.Queue.Of(in), cmd.Sid.Of(in)
	decision := c.permitted(subject, queue)
	if decision == access.Denied {
		e.refusal = c.denySubscribe(subject, queue)
		return
	}
	if c.subs.get(sid) != nil {
		return // ignored, and acknowledged: the first one stays
	}
	if e.refusal = c.refuseSubscribe(subject); e.refusal != nil {
		return
	}
	s := newSubscription(c.to, subject, queue, sid)
	if decision == access.Filtered || c.permits != nil {
		s.guard()
	}
	c.subs.put(s)
	if !c.internal {
		c.tally.subscribed++
	}
	e.sub = s
	c.routeHome(s)
	for _, cast := range c.castShadows(s) {
		c.aside(entry{op: wire.OpSub, sub: cast})
		c.routeHome(cast)
	}
}

// refuseSubscribe says why a subject cannot be subscribed to, nil if it can.
func (c *connection) refuseSubscribe(subject []byte) *wire.Error {
	switch {
	case !topics.ValidPattern(string(subject)):
		return wire.ErrInvalidSubject
	case c.config().MaxSubTokens > 0 && topics.Tokens(string(subject)) > c.config().MaxSubTokens:
		return wire.TooManyTokens(string(subject))
	}
	if most := c.maxSubscriptions(c.config().MaxSubscriptions); most != 0 && c.subs.len() >= most {
		return wire.ErrMaxSubscriptions
	}
	return nil
}

func (c *connection) takeUnsubscribe(cmd *wire.Command) {
	e := c.entry(wire.OpUnsub)
	s := c.subs.get(cmd.Sid.Of(c.in.buf))
	if s == nil {
		return
	}
	e.sub, e.count = s, cmd.Max
	if cmd.Max == 0 {
		c.subs.remove(s)
		c.routeHome(s)
		if c.to.shadows != nil {
			c.dropShadows(s)
		}
	}
}

// routeHome makes the partitions that hold, or are to hold, a subscription look
// at the entry added last.
func (c *connection) routeHome(s *subscription) {
	if p, all := topics.Home(s.subject(), len(c.partitions)); all {
		c.batch.routeAll()
	} else {
		c.batch.route(p)
	}
}
