package logs_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/supervisor/logs"
)

// logTo is an slog logger that ends in a buffer, by way of hclog.
func logTo(level hclog.Level, perSecond int) (*slog.Logger, *bytes.Buffer) {
	var out bytes.Buffer

	l := hclog.New(&hclog.LoggerOptions{Level: level, Output: &out, DisableTime: true})

	return slog.New(logs.SlogHandler(l, perSecond)), &out
}

func TestSlogLevels(t *testing.T) {
	log, out := logTo(hclog.Trace, 0)
	ctx := t.Context()

	for _, l := range []slog.Level{slog.LevelDebug - 4, slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
		log.Log(ctx, l, "x")
	}

	assert.Equal(t, "[TRACE] x\n[DEBUG] x\n[INFO]  x\n[WARN]  x\n[ERROR] x\n", out.String())

	log, _ = logTo(hclog.Warn, 0)
	assert.False(t, log.Enabled(ctx, slog.LevelInfo))
	assert.True(t, log.Enabled(ctx, slog.LevelWarn))
}

func TestSlogAttributes(t *testing.T) {
	log, out := logTo(hclog.Info, 0)
	log = log.With("system", 7).WithGroup("a").With("k", "v")
	log.Info("x",
		"n", 1, slog.Group("g", "d", time.Second), slog.Group("", "inlined", true), slog.Attr{},
		"pid", actor.NewPID("here", "top/a"), "err", errors.New("oops"), "nil", nil,
		"message", &struct{ Password string }{"secret"}, "body", []byte("secret"))
	assert.Equal(t, "[INFO]  x: system=7 a.k=v a.n=1 a.g.d=1s a.inlined=true "+
		"a.pid=\"Address:\\\"here\\\" Id:\\\"top/a\\\"\" a.err=oops a.nil=<nil> "+
		"a.message=\"*struct { Password string }\" a.body=[]uint8\n",
		strings.ReplaceAll(out.String(), "  Id", " Id")) // protobuf prints one blank or two, by chance
}

func TestSlogFloodIsLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, out := logTo(hclog.Info, 2)

		for range 1000 {
			log.Info("flood")
		}

		log.Info("other")
		<-time.After(time.Second)
		synctest.Wait()
		log.With("k", "v").Info("flood")
		assert.Equal(t, "[INFO]  flood\n[INFO]  flood\n[INFO]  other\n[INFO]  flood: 998 more like this in 1s\n[INFO]  flood: k=v\n", out.String())
	})
}
