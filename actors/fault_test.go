package actors_test

import (
	"bytes"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// The log says what was wrong with a command, and shows its line once among the
// traced ones. A line that may hold a secret is shown up to that.
func TestFaultInTheLog(t *testing.T) {
	tests := []struct{ line, want, traced string }{
		{"PUB foo abc", `Parser Error: cid=1 client=pipe reason="bad size \"abc\": 1 to 9 digits and nothing else" line="PUB foo abc"`, "<<- [PUB foo abc]"},
		{`CONECT {"pass":"hunter2"}`, `Unknown Protocol Operation: cid=1 client=pipe reason="there is no operation \"CONECT\", did you mean CONNECT?" line="CONECT {[REDACTED]"`, "<<- [CONECT {[REDACTED]]"},
		{"AUTH hunter2", `Unknown Protocol Operation: cid=1 client=pipe reason="there is no operation \"AUTH\": a client says CONNECT, PUB, HPUB, SUB, UNSUB, PING and PONG" line=AUTH[REDACTED]`, "<<- [AUTH[REDACTED]]"},
		{`CONNECT {"pass":"hunter2","verbose":"x"}`, `Parser Error: cid=1 client=pipe reason="CONNECT: \"verbose\" is a string and not a bool" line="CONNECT {[REDACTED]"`, `<<- [CONNECT {"pass":"[REDACTED]","verbose":"x"}]`},
		{`CONNECT {"pass":"hunter2"`, `Parser Error: cid=1 client=pipe reason="CONNECT wants a JSON object such as {\"verbose\":false}: what stands there makes no sense at byte 17" line="CONNECT {[REDACTED]"`, `<<- [CONNECT "[REDACTED]"]`},
		{"PUB foo\x1b abc", `line="PUB foo\x1b abc"`, `<<- [PUB foo\x1b abc]`},
		{"SUB foo..bar 1", `Invalid Subject: cid=1 client=pipe user="" subject=foo..bar reason="there is nothing between two dots"`, "<<- [SUB foo..bar 1]"},
	}
	for _, tt := range tests {
		var log bytes.Buffer
		synctest.Test(t, func(t *testing.T) {
			b := actorstest.Start(t, actors.Config{
				Trace:  true,
				Logger: hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: &log, DisableTime: true}),
			})
			c := b.Client(t)
			c.Send(tt.line)
			c.Line()
		})
		assert.Contains(t, log.String(), tt.want)
		assert.Contains(t, log.String(), tt.traced)
		assert.NotContains(t, log.String(), "unter2")
	}
}
