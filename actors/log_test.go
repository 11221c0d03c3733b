package actors_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"unicode"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// Whatever clients say about themselves and others, at every level and in both of
// hclog's forms, each line of the log is one that the broker has begun.
func TestClientsCannotWriteTheLog(t *testing.T) {
	for _, asJSON := range []bool{false, true} {
		var log bytes.Buffer
		synctest.Test(t, func(t *testing.T) {
			b := actorstest.Start(t, actors.Config{
				Trace:  true,
				Users:  []access.User{{Name: "u", Password: "p", Permissions: &access.Permissions{Publish: access.Rules{Allow: []string{"ok"}}, Subscribe: access.Rules{Allow: []string{"ok"}}}}},
				Logger: hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: &log, DisableTime: true, JSONFormat: asJSON}),
			})
			const evil = "bob\n[ERROR] \x1b[2J\u2028\u202e\u009bforged"
			quoted, err := json.Marshal(evil)
			require.NoError(t, err)
			connect := strings.ReplaceAll(`CONNECT {"user":"u","pass":"p","name":?,"lang":?,"version":?,"verbose":false}`, "?", string(quoted))
			c := b.Client(t)
			c.Send(connect, "SUB no\x1b[2J\u202e\x00 q\u2028 1", "PUB no\u2028 ok\x1b 3", "a\nb", "PUB ok _R_.\x1b\u202e 0", "", "UNSUB \xff\x1b")
			for range 3 {
				c.Line()
			}
			c.Send("-ERR 'x\x1b[31m\u2028\u202e\xff'")
			c.ExpectClosed()
			stranger := b.Client(t)
			stranger.Send(strings.Replace(connect, `"u"`, string(quoted), 1))
			stranger.Expect("-ERR 'Authorization Violation'")
			stranger.ExpectClosed()
		})
		for line := range strings.Lines(log.String()) {
			line = strings.TrimSuffix(line, "\n")
			assert.False(t, strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }), "%q", line)
			if asJSON {
				assert.True(t, json.Valid([]byte(line)), line)
			} else {
				assert.Regexp(t, `^\[(TRACE|DEBUG|INFO|WARN|ERROR)\] `, line)
				assert.NotRegexp(t, `^\[ERROR\] forged`, line)
			}
		}
		assert.Contains(t, log.String(), "client error")
		assert.Contains(t, log.String(), "publish is not permitted")
		assert.Contains(t, log.String(), "subscription is not permitted")
		assert.Contains(t, log.String(), "MSG_PAYLOAD")
	}
}
