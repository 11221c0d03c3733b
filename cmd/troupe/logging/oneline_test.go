package logging_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/cmd/troupe/logging"
)

// evil is what a client may choose.
const evil = "bob\r\n2026-11-22T21:58:23.532Z [ERROR] \x1b[31mforged \"x\" =\u2028\u202e\u009b2J\xff"

// In every form, at every place, to a file too.
func TestOneEventIsOneLine(t *testing.T) {
	for _, format := range []logging.Format{logging.Text, logging.JSON, logging.NATS} {
		for _, toFile := range []bool{false, true} {
			o := logging.Options{Format: format, Trace: true, Time: true}
			if toFile {
				o.File = filepath.Join(t.TempDir(), "log")
			}
			var out bytes.Buffer
			l, err := logging.Open(o, &out)
			require.NoError(t, err)
			sub := l.Named(evil).With("name", evil)
			sub.Error(evil, "error", errors.New(evil), evil, []string{evil}, "shown", hclog.Fmt("%s", evil))
			sub.Trace("<<- [" + evil + "]")
			sub.Warn("m", hclog.Stacktrace())
			l.StandardLogger(nil).Print(evil)
			l.Info("long", "name", strings.Repeat(evil, 20_000))
			require.NoError(t, l.Close())
			text := out.String()
			if toFile {
				text = content(t, o.File)
			}
			lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
			require.Len(t, lines, 5, "%s", format)
			for _, line := range lines {
				assert.False(t, strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }), "%s: %q", format, line)
			}
			assert.Less(t, len(lines[4]), 9<<10)
			assert.Contains(t, lines[4], "... (1320000 bytes)")
		}
	}
}

func TestValuesInEveryForm(t *testing.T) {
	say := func(l hclog.Logger) { l.Info("m", "name", "b\nc", "two", "d\te f") }
	assert.Equal(t, "[INFO]  m: name=b\\nc two=\"d\\te f\"\n", lines(t, logging.Options{}, say))
	_, text, _ := strings.Cut(lines(t, logging.Options{Format: logging.NATS}, say), "[INF] ")
	assert.Equal(t, "m name=\"b\\nc\" two=\"d\\te f\"\n", text)
	assert.JSONEq(t, `{"@level":"info","@message":"m","name":"b\\nc","two":"d\\te f"}`, lines(t, logging.Options{Format: logging.JSON}, say))
}
