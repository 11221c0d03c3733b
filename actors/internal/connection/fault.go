package connection

import (
	"errors"

	"github.com/troupe-mq/troupe/actors/internal/trace"
	"github.com/troupe-mq/troupe/wire"
)

// This file is what is said about a command that makes no sense. The exact words of the
// protocol say that something is wrong, and not what.

// reasonOf is what is wrong with the command at the beginning of the input, if that is
// why e is to be said. Else it is empty: then e says enough.
func (c *connection) reasonOf(e *wire.Error) string {
	switch {
	case e != c.fatal:
		return ""
	case e == wire.ErrAuthorization && !c.connected:
		return "credentials are needed, and this is no CONNECT"
	case e == wire.ErrMaxPayload && c.in.Want > 0:
		return "a message that large needs a CONNECT before it"
	case e == wire.ErrUnknownOp, e == wire.ErrParser, e == wire.ErrMaxPayload, e == wire.ErrMaxControlLine:
		return c.parser.Explain(c.in.Buf[:c.in.W], c.in.R, e)
	}
	return ""
}

// fault traces the command that is refused, and gives what the log says of it.
func (c *connection) fault(why string) []any {
	if why == "" {
		return nil
	}
	line := trace.Line(c.in.Buf[c.in.R:c.in.W])
	if c.pub.Tracer != nil {
		c.pub.Tracer.Refused(line)
	}
	return []any{"reason", why, "line", line}
}

// explained is an error with its reason, if clients are to be told.
func (c *connection) explained(e *wire.Error, why string) *wire.Error {
	if !c.config().Explain {
		return e
	}
	return e.Because(why)
}

// asWireError is err as the error it is: the parser makes no other.
func asWireError(err error) *wire.Error {
	if e, ok := errors.AsType[*wire.Error](err); ok {
		return e
	}
	return wire.ErrParser
}
