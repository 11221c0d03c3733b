package oneline_test

import (
	"bytes"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/oneline"
)

// said is what a logger writes while it is used.
func said(o hclog.LoggerOptions, use func(hclog.Logger)) string {
	var out bytes.Buffer
	o.Output, o.DisableTime, o.Level = &out, true, hclog.Trace
	use(oneline.Logger(hclog.New(&o)))
	return out.String()
}

// speaks is a value with a text of its own.
type speaks string

func (s speaks) String() string { return string(s) }

type broken struct{}

func (*broken) Error() string { panic("nobody looks here") }

func TestValues(t *testing.T) {
	const evil = "a\nb"
	for _, tt := range []struct {
		name  string
		value any
		want  string
	}{
		{"text", evil, `a\nb`},
		{"with spaces", "two\n[WARN] words", `"two\n[WARN] words"`},
		{"harmless", "so and so", `"so and so"`},
		{"error", errors.New(evil), `a\nb`},
		{"errors", errors.Join(errors.New("a"), errors.New("b")), `a\nb`},
		{"harmless error", errors.New("no such file"), `"no such file"`},
		{"error that panics", (*broken)(nil), `<nil>`},
		{"with a text of its own", speaks(evil), `a\nb`},
		{"address", netip.MustParseAddr("::1"), "::1"},
		{"list", []string{"ok", evil}, `["ok", "a\\nb"]`},
		{"bytes", []byte("a\n"), "[97, 10]"},
		{"structure", struct{ Name string }{evil}, `{a\nb}`},
		{"format", hclog.Fmt("%s!", evil), `"a\nb!"`},
		{"harmless format", hclog.Fmt("%d%%", 5), `"5%"`},
		{"quote", hclog.Quote(evil), `a\nb`},
		{"number", 7, "7"},
		{"octal", hclog.Octal(8), "010"},
		{"duration", time.Second, "1s"},
		{"nothing", nil, "<nil>"},
		{"an end that is none", `x y\" admin="true`, `"x y\x5c\" admin=\"true"`},
		{"an end that is left out", `x y\`, `"x y\x5c"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := said(hclog.LoggerOptions{}, func(l hclog.Logger) { l.Warn("m", "k", tt.value) })
			if tt.name == "error that panics" {
				assert.Equal(t, 1, strings.Count(got, "\n"))
				return
			}
			assert.Equal(t, "[WARN]  m: k="+tt.want+"\n", got)
		})
	}
}

// Whatever way it takes, in whatever form.
func TestOneEventIsOneLine(t *testing.T) {
	const evil = "x\r\n[ERROR] \x1b[31mforged\u2028\u202e\u009b\xff"
	ways := map[string]func(hclog.Logger){
		"log":    func(l hclog.Logger) { l.Log(hclog.Info, evil, evil, evil) },
		"trace":  func(l hclog.Logger) { l.Trace(evil, "k", evil) },
		"debug":  func(l hclog.Logger) { l.Debug(evil, "k", evil) },
		"info":   func(l hclog.Logger) { l.Info(evil, "k", evil) },
		"warn":   func(l hclog.Logger) { l.Warn(evil, "k", evil) },
		"error":  func(l hclog.Logger) { l.Error(evil, "k", evil) },
		"no key": func(l hclog.Logger) { l.Error("m", evil) },
		"with":   func(l hclog.Logger) { l.With("k", evil).Info("m") },
		"named":  func(l hclog.Logger) { l.Named(evil).Named("b").ResetNamed(evil).Info("m") },
		"package log": func(l hclog.Logger) {
			l.StandardLogger(&hclog.StandardLoggerOptions{InferLevels: true}).Print("[WARN] " + evil)
		},
		"stack":            func(l hclog.Logger) { l.Info("m", hclog.Stacktrace()) },
		"stack with a key": func(l hclog.Logger) { l.Info("m", "at", hclog.Stacktrace(), "k", evil) },
	}
	for name, use := range ways {
		for _, json := range []bool{false, true} {
			got := said(hclog.LoggerOptions{JSONFormat: json}, use)
			line, found := strings.CutSuffix(got, "\n")
			require.True(t, found)
			assert.False(t, strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }), "%s: %q", name, line)
		}
	}
}

func TestStacksStayReadable(t *testing.T) {
	got := said(hclog.LoggerOptions{}, func(l hclog.Logger) { l.Error("m", "cid", 7, hclog.Stacktrace()) })
	assert.Regexp(t, `^\[ERROR\] m: cid=7 stacktrace="github.com.*oneline_test\.TestStacksStayReadable.*; .*logger_test\.go:\d+; .*"\n$`, got)
	got = said(hclog.LoggerOptions{}, func(l hclog.Logger) {
		l.StandardLogger(&hclog.StandardLoggerOptions{ForceLevel: hclog.Debug}).Print("http: panic serving: boom\ngoroutine 1 [running]:\nmain.f()\n\t/src/f.go:1 +0x1\n")
	})
	assert.Equal(t, "[DEBUG] http: panic serving: boom; goroutine 1 [running]:; main.f(); /src/f.go:1 +0x1\n", got)
}

func TestLongValuesAreCut(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	got := said(hclog.LoggerOptions{}, func(l hclog.Logger) { l.Warn("m", "k", long, "e", errors.New(long)) })
	assert.Less(t, len(got), 3*oneline.Most)
	assert.Equal(t, 2, strings.Count(got, "... (1048576 bytes)"))
	assert.Less(t, len(said(hclog.LoggerOptions{}, func(l hclog.Logger) { l.Warn(long) })), 2*oneline.Most)
	assert.Greater(t, len(said(hclog.LoggerOptions{}, func(l hclog.Logger) { l.Trace(long) })), 1<<20, "whoever traces says how much")
}

// Numbers stay numbers, and a logger that is safe already is left as it is.
func TestHarmlessStaysAsItIs(t *testing.T) {
	got := said(hclog.LoggerOptions{JSONFormat: true}, func(l hclog.Logger) { l.Info("m", "n", 1, "at", time.Second, "all", []string{"a"}) })
	assert.JSONEq(t, `{"@level":"info","@message":"m","n":1,"at":1000000000,"all":["a"]}`, got)
	l := oneline.Logger(hclog.NewNullLogger())
	assert.Same(t, l, oneline.Logger(l))
	args := []any{"k", "v"}
	assert.Same(t, &args[0], &oneline.Args(args)[0])
	given := []any{"k", "a\n"}
	assert.Equal(t, []any{"k", `a\n`}, oneline.Args(given))
	assert.Equal(t, []any{"k", "a\n"}, given, "it belongs to somebody else")
}
