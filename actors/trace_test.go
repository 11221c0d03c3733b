package actors_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// Clients choose payloads and, within limits, subjects and options. None of it
// may look like a line that the broker has logged.
func TestTracedTextForgesNoLine(t *testing.T) {
	var out bytes.Buffer
	logger := hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: &out, DisableTime: true})
	b := inside(t, actors.Config{Logger: logger, Trace: true, MaxTracedMessage: 24})
	c := dial(t, b)
	c.send("CONNECT {\"verbose\":false,\"pass\":\"s3\\ncr3t\",\"lang\":\t\"forged\"}\r\n")
	c.send("SUB for\x1bged 1\r\n")
	c.send("PUB for\x1bged 24\r\nx\n[ERROR] forged: broken\r\n")
	c.expect("MSG for\x1bged 1 24")
	require.Equal(t, "x\n", c.next())
	c.expect("[ERROR] forged: broken")
	c.send("PUB a 31\r\nx\n[ERROR] forged: twice as long\r\n")
	c.send("PUB a 5\r\nplain\r\n")
	c.flush()
	require.NoError(t, b.Stop(t.Context()))

	for line := range strings.Lines(out.String()) {
		assert.Regexp(t, `^\[(TRACE|DEBUG|INFO|WARN|ERROR)\] +[^f]`, line)
		assert.NotRegexp(t, "[\x00-\x09\x0b-\x1f]", line)
	}
	for _, want := range []string{
		`<<- MSG_PAYLOAD: [x\n[ERROR] forged: broken]`,
		`<<- MSG_PAYLOAD: [x\n[ERROR] forged: twice ...]`,
		`<<- MSG_PAYLOAD: [plain]`,
		`<<- [PUB a 5]`,
		`<<- [PUB for\x1bged 24]`,
		`->> [MSG for\x1bged 1]`,
		`<<- [CONNECT {"lang":"forged","pass":"[REDACTED]","verbose":false}]`,
	} {
		assert.Contains(t, out.String(), want)
	}
	assert.NotContains(t, out.String(), "cr3t")
}

// TestTracedHeaders: of messages the headers are logged, and nothing else.
func TestTracedHeaders(t *testing.T) {
	var out bytes.Buffer
	logger := hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: &out, DisableTime: true})
	b := inside(t, actors.Config{Logger: logger, Trace: true, TraceHeaders: true})
	c := dial(t, b)
	c.send("CONNECT {\"verbose\":false,\"headers\":true}\r\n")
	c.send("HPUB a 18 24\r\nNATS/1.0\r\nK: V\r\n\r\n s3cr3\r\nPUB a 6\r\ns3cr3t\r\n")
	c.flush()
	require.NoError(t, b.Stop(t.Context()))
	assert.Contains(t, out.String(), `<<- MSG_PAYLOAD: [NATS/1.0\r\nK: V\r\n\r\n`)
	assert.NotContains(t, out.String(), "s3cr3")
	assert.Equal(t, 1, strings.Count(out.String(), "MSG_PAYLOAD"))
}
