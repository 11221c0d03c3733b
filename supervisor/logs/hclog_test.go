package logs_test

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/supervisor/logs"
)

func TestHclogLogger(t *testing.T) {
	var out bytes.Buffer
	withoutTime := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	l := logs.HclogLogger(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelInfo, ReplaceAttr: withoutTime}))
	assert.Equal(t, hclog.Info, l.GetLevel())
	assert.False(t, l.IsDebug(), "nobody makes a line that is not wanted")
	l.Debug("not shown")
	l.Info("plain")
	l.Named("shop").With("cid", 7).Warn("late", "error", errors.New("a\nb"))
	l.Log(hclog.Error, "odd", "key")
	assert.Equal(t, "level=INFO msg=plain\nlevel=WARN msg=late logger=shop cid=7 error=\"a\\nb\"\nlevel=ERROR msg=odd !BADKEY=key\n", out.String())

	trace := logs.HclogLogger(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug - 4}))
	assert.True(t, trace.IsTrace())
	assert.Equal(t, hclog.Off, logs.HclogLogger(slog.DiscardHandler).GetLevel())
}
