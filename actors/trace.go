package actors

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/troupe-mq/troupe/wire"
)

// secrets are the fields of a CONNECT that nobody may read in a log.
var secrets = []string{"pass", "auth_token", "jwt", "sig", "nkey"}

const redacted = `"[REDACTED]"`

// redact is the argument of a CONNECT or an INFO without its secrets. A field is
// known as one by what its name says, however it is spelled; of what cannot be
// read nothing is shown, because it may be anything.
func redact(arg []byte) []byte {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(arg, &fields); err != nil {
		return []byte(redacted)
	}
	found := false
	for name := range fields {
		if slices.ContainsFunc(secrets, func(secret string) bool { return strings.EqualFold(name, secret) }) {
			fields[name], found = json.RawMessage(redacted), true
		}
	}
	if !found {
		return arg
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(fields); err != nil {
		return []byte(redacted)
	}
	return bytes.TrimSpace(text.Bytes())
}

// traceIn logs a command as it came in.
func (c *connection) traceIn(cmd *wire.Command) {
	in := c.in.buf
	line := []byte(cmd.Op.String())
	args := [][]byte{cmd.Subject.Of(in), cmd.Queue.Of(in), cmd.Reply.Of(in), cmd.Sid.Of(in), cmd.HeaderSize.Of(in), cmd.Size.Of(in), cmd.Arg.Of(in)}
	switch cmd.Op {
	case wire.OpConnect, wire.OpInfo:
		args = [][]byte{redact(cmd.Arg.Of(in))}
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
func (c *connection) traceDelivery(e *entry, subject []byte, s *subscription) {
	line := "MSG " + string(subject) + " " + s.sid()
	if reply := c.batch.replyOf(e); len(reply) > 0 {
		line += " " + string(reply)
	}
	c.logger.Trace("->> ["+oneLine([]byte(line))+"]", "cid", s.to.id, "from", c.cid)
}

// excerpt is as much of a payload as may be traced.
func (c *connection) excerpt(payload []byte) string {
	cut := ""
	if n := c.config().MaxTracedMessage; n > 0 && len(payload) > n {
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
