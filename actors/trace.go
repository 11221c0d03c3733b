package actors

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/troupe-mq/troupe/wire"
)

// secrets finds the values in a CONNECT that nobody may read in a log.
var secrets = regexp.MustCompile(`(?i)("(?:pass|auth_token|jwt|sig|nkey)"\s*:\s*)"(?:\\.|[^"\\])*"?`)

const redacted = `$1"[REDACTED]"`

// traceIn logs a command as it came in.
func (c *connection) traceIn(cmd *wire.Command) {
	in := c.in.buf
	line := []byte(cmd.Op.String())
	args := [][]byte{cmd.Subject.Of(in), cmd.Queue.Of(in), cmd.Reply.Of(in), cmd.Sid.Of(in), cmd.HeaderSize.Of(in), cmd.Size.Of(in), cmd.Arg.Of(in)}
	switch cmd.Op {
	case wire.OpConnect, wire.OpInfo:
		args = [][]byte{secrets.ReplaceAll(cmd.Arg.Of(in), []byte(redacted))}
	default:
	}
	for _, a := range args {
		if len(a) > 0 {
			line = append(append(line, ' '), a...)
		}
	}
	c.log().Trace("<<- [" + oneLine(line) + "]")
	if cmd.Op == wire.OpPub || cmd.Op == wire.OpHpub {
		c.log().Trace("<<- MSG_PAYLOAD: [" + c.excerpt(cmd.Body.Of(in)) + "]")
	}
}

// traceOut logs a line of the broker's own.
func (c *connection) traceOut(line string) {
	c.log().Trace("->> [" + oneLine([]byte(strings.TrimRight(line, "\r\n "))) + "]")
}

// traceDelivery logs a message on its way to a subscription.
func (c *connection) traceDelivery(e *entry, s *subscription) {
	b := c.batch
	line := "MSG " + string(e.subject.Of(b.buf)) + " " + s.sid()
	if reply := e.reply.Of(b.buf); len(reply) > 0 {
		line += " " + string(reply)
	}
	c.logger.Trace("->> ["+oneLine([]byte(line))+"]", "cid", s.to.id, "from", c.cid)
}

// excerpt is as much of a payload as may be traced.
func (c *connection) excerpt(payload []byte) string {
	cut := ""
	if n := c.config.MaxTracedMessage; n > 0 && len(payload) > n {
		payload, cut = payload[:n], "..."
	}
	return oneLine(payload) + cut
}

// oneLine is text as it is, or quoted if something in it could end the line, or
// make a terminal show another: clients must not be able to write the log.
func oneLine(text []byte) string {
	if bytes.ContainsFunc(text, misleads) {
		return strconv.Quote(string(text))
	}
	return string(bytes.ToValidUTF8(text, []byte("?")))
}

func misleads(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}
