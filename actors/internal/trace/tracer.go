package trace

import (
	"strconv"
	"strings"

	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/wire"
)

// Tracer logs the protocol lines of one client. Secrets in them are blanked; that
// what a client has sent stays on its line is the logger's duty.
type Tracer struct {
	Cid     uint64
	Log     func() hclog.Logger // the client's: made when there is something to log; nil if nothing is
	Broker  hclog.Logger
	Tell    func(line string) // who follows the client is told what it sends, without payloads; nil if nobody does
	Excerpt func() int        // how many bytes of a payload are shown; 0 for all
	Headers func() bool       // headers are all that is shown of it
}

// In logs a command as it came in. Its spans refer to buf.
func (t *Tracer) In(cmd *wire.Command, buf []byte) {
	line := []byte(cmd.Op.String())
	args := [][]byte{cmd.Subject.Of(buf), cmd.Queue.Of(buf), cmd.Reply.Of(buf), cmd.Sid.Of(buf), cmd.HeaderSize.Of(buf), cmd.Size.Of(buf), cmd.Arg.Of(buf)}
	switch cmd.Op {
	case wire.OpConnect, wire.OpInfo:
		args = [][]byte{redact(cmd.Arg.Of(buf))}
	default:
	}
	for _, a := range args {
		if len(a) > 0 {
			line = append(append(line, ' '), a...)
		}
	}
	t.came(string(line))
	if t.Log != nil && (cmd.Op == wire.OpPub || cmd.Op == wire.OpHpub) {
		t.body(cmd, buf)
	}
}

// body logs what is shown of a message.
func (t *Tracer) body(cmd *wire.Command, buf []byte) {
	shown := cmd.Body.Of(buf)
	if t.Headers() {
		n, err := strconv.Atoi(string(cmd.HeaderSize.Of(buf)))
		if err != nil || n > len(shown) {
			return // it has none
		}
		shown = shown[:n]
	}
	t.Log().Trace("<<- MSG_PAYLOAD: [" + t.payload(shown) + "]")
}

// came logs and tells a line of the client.
func (t *Tracer) came(line string) {
	if t.Log != nil {
		t.Log().Trace("<<- [" + line + "]")
	}
	if t.Tell != nil {
		t.Tell(line)
	}
}

// Refused logs a line that makes no sense, as [Line] shows it. What has an object was a
// command, and is logged already.
func (t *Tracer) Refused(line string) {
	op, _, _ := strings.Cut(line, "{")
	switch op = strings.ToUpper(strings.TrimSpace(op)); op {
	case wire.OpConnect.String(), wire.OpInfo.String():
	default:
		t.came(line)
	}
}

// Mapped logs that a mapping has given a message another name.
func (t *Tracer) Mapped(from, to []byte) {
	if t.Log != nil {
		t.Log().Trace("<<- [MAPPING " + string(from) + " -> " + string(to) + "]")
	}
}

// Out logs a line of the broker's own.
func (t *Tracer) Out(line string) {
	if t.Log != nil {
		t.Log().Trace("->> [" + strings.TrimRight(line, "\r\n ") + "]")
	}
}

// Delivery logs a message on its way to a subscription.
func (t *Tracer) Delivery(b *batch.Batch, e *batch.Entry, subject []byte, s *interest.Subscription) {
	if t.Log == nil {
		return
	}
	line := "MSG " + string(subject) + " " + s.SID()
	if reply := b.ReplyOf(e); len(reply) > 0 {
		line += " " + string(reply)
	}
	t.Broker.Trace("->> ["+line+"]", "cid", s.To.ID, "from", t.Cid)
}

// payload is as much of a payload as may be traced.
func (t *Tracer) payload(payload []byte) string {
	cut := ""
	if n := t.Excerpt(); n > 0 && len(payload) > n {
		payload, cut = payload[:n], "..."
	}
	return string(payload) + cut
}
