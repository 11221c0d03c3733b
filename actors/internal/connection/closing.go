package connection

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/inbound"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/wire"
)

// This file is how a connection ends.

// refuse tells the client what is wrong and closes.
func (c *connection) refuse(e *wire.Error) {
	if isAuthError(e) {
		c.note(tap.AuthFailed, e.Text)
	}
	why := c.reasonOf(e)
	c.complain(e.Text, append(c.fault(why), c.attempt(e)...)...)
	if e = c.explained(e, why); c.server != nil && e == wire.ErrParser {
		c.close(report.CloseReason(e.Reason)) // among servers that is not said
		return
	}
	if c.session.Options.Protocol >= 1 {
		c.pub.Say(e.Line())
	} else {
		c.pub.Say(e.Lines)
	}
	c.close(report.CloseReason(e.Reason))
}

// isAuthError reports whether an error is that a client could not say who it is.
func isAuthError(e *wire.Error) bool {
	return e.Text == wire.ErrAuthorization.Text || e == wire.ErrAuthTimeout
}

// attempt says whom a client has tried to be that could not say so.
func (c *connection) attempt(e *wire.Error) []any {
	if who := c.session.Tried(); who != "" && isAuthError(e) {
		return []any{"user", who}
	}
	return nil
}

// close stops reading; what waits is still written, then the connection ends.
func (c *connection) close(reason report.CloseReason) {
	if c.closing {
		return
	}
	c.reason, c.closing = reason, true
	c.session.VoidProof()
	c.refuseInFlight()
	c.keepReport()
	c.forgetAll()
}

// lost ends the connection: there is no way left to write to the client.
func (c *connection) lost(reason report.CloseReason) {
	c.close(reason)
	c.discard()
}

// discard forgets what waits in the outbox, and counts it. A piece that is
// written in part counts as dropped as a whole: nobody knows how much of what the
// kernel took has reached the client anyway.
func (c *connection) discard() { c.Counters.Drop(c.reason, c.out.Discard()) }

// disconnected is told by the source that nothing more will come.
func (c *connection) disconnected(err error) {
	if gave := inbound.AsGaveWay(err); gave != nil {
		c.giveWay(gave)
		return
	}
	c.readerDone = true
	if errors.Is(err, io.EOF) {
		c.close(report.ClientClosed)
		return
	}
	if wrong := transport.WebMistake(err); wrong != "" {
		c.complain("websocket: " + wrong)
	}
	c.lost(report.ReadError)
}

// giveWay ends the connection of a client whose unfinished command is in the way of
// others. It is told the words after which libraries come again.
func (c *connection) giveWay(gave *inbound.GaveWayError) {
	if c.closing {
		return
	}
	c.complain("Inbound Budget Exceeded", "unfinished", gave.Bytes, "still", gave.Still.String())
	c.event("inbound budget", fmt.Sprintf("%d bytes of a command, and no more for %s", gave.Bytes, gave.Still.Round(time.Millisecond)))
	c.note(tap.Evicted, string(report.InboundBudgetExceeded))
	c.refuse(wire.ErrInboundBudget)
}

// stop is the last thing the actor does, whatever brought it here.
func (c *connection) stop() {
	if c.reason == report.NotClosed {
		c.reason = report.InternalError // only a crash skips close
	}
	c.closing = true
	c.session.VoidProof()
	c.refuseInFlight()
	if c.committer != nil { // only a crash leaves it
		c.committer.Abandon()
	}
	c.pub.Target.UpdateCongestion(0, 1, 1, true)
	c.keepReport()
	c.forgetAll()
	if c.server != nil {
		c.endLink()
	}
	c.counts.SettleCrashed(c.Counters, c.reason)
	c.settle()
	c.settleWritten() // the outbox is left as it is: whether something can be said depends on it
	c.clock.Stop()
	c.session.LeaveAccount()
	c.closeTransport()
	if f := c.follower(); f != nil {
		f.End()
	}
	c.reportClosed()
	if !c.saysGoodbye() {
		c.Left(c.session.Endpoint.From(c.session.Link.Conn()), c.hasPlace, c.session.Internal)
	}
	if c.Logger.IsDebug() {
		c.log().Debug("client connection closed", "reason", c.reason)
	}
}

// closeTransport ends the transport. Where the client may still be sending, a close
// would reset the connection and take the last lines with it: so the reader is
// left to hear the client out for a moment.
func (c *connection) closeTransport() {
	nc, text := c.session.Link.Conn(), c.finalError()
	c.discard()
	c.gauge.Release(c.Budget, c.self())
	if c.source != nil {
		c.source.Stop(c.reason)
	}
	if c.saysGoodbye() {
		from, hadPlace, internal := c.session.Endpoint.From(nc), c.hasPlace, c.session.Internal
		_ = nc.SetReadDeadline(c.Now().Add(transport.LingerTime)) // if it fails the reader does too
		c.hangUp(text, 0, func() { c.Left(from, hadPlace, internal) })
		return
	}
	if c.readerDone || c.handshaking || c.reason == report.WriteError || c.reason == report.ServerShutdown {
		c.session.Link.Abort()
		return
	}
	_ = nc.SetReadDeadline(c.Now().Add(transport.LingerTime)) // if it fails the reader does too
	said := 0
	if !c.out.Writing {
		said, _ = c.outlet().Offer([]byte(text)) // what is wrong shows again below
	}
	switch {
	case said < len(text):
		c.hangUp(text, said, func() {})
	case c.reason == report.StaleConnection: // a client that has been silent has nothing to be heard out about
		c.session.Link.Abort()
	default:
		c.session.Link.HangUp(c.reason)
	}
}

// finalError is what the client is told where the outbox did not get to it. It is
// empty where there is nothing to say, or the client is in the middle of a
// message and would take it for a part of that.
func (c *connection) finalError() string {
	whole := c.out.Writing || c.out.Offset == 0 && !c.out.Torn // the writer writes whole messages
	switch {
	case !whole:
		return ""
	case c.reason == report.InternalError:
		return wire.ErrInternal.Lines
	case c.reason == report.SlowConsumerPendingBytes, c.reason == report.SlowConsumerWriteDeadline:
		return wire.ErrSlowConsumerPending.Lines
	default:
		return ""
	}
}

// saysGoodbye reports whether the transport has a goodbye of its own, and is to say
// it. The broker waits for that when it stops.
func (c *connection) saysGoodbye() bool {
	return c.session.Link.Polite() && c.reason != report.WriteError
}

// hangUp leaves to a goroutine what may take time: the rest of a text, of which said
// bytes are written, and hanging up.
func (c *connection) hangUp(text string, said int, then func()) {
	l, why, writing, over := c.session.Link, c.reason, c.out.Writing, c.out.Over
	c.Spawn("last words", func() {
		defer then()
		if writing { // it has the socket, and until the reader hangs up
			if err, ended := <-over; err != nil || !ended {
				text = text[:said]
			}
		}
		_ = l.WriteAll([]byte(text[said:]), transport.LingerTime) // nobody is left to tell
		l.HangUp(why)
	})
}
