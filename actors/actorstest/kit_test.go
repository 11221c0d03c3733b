package actorstest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/transcript"
)

// talk is the same conversation in both kinds of time.
func talk(t *testing.T) {
	t.Helper()
	b := Start(t, actors.Config{})
	c, other := b.Client(t), b.Client(t)
	assert.Contains(t, c.Info, b.ServerID())
	c.Send("SUB foo 1")
	c.Expect("+OK")
	other.Send("PUB foo 5", "hello")
	other.Expect("+OK")
	c.Expect("MSG foo 1 5", "hello")
	c.Quiet()
	c.Fence()
	c.Write("\r\n")
	assert.Contains(t, c.Line(), "-ERR")
	assert.Contains(t, c.Line(), "-ERR")
	c.ExpectClosed()
	other.Close()
}

func TestClient(t *testing.T) {
	t.Run("wall clock", talk)
	t.Run("virtual time", func(t *testing.T) { synctest.Test(t, talk) })
}

func TestAdvance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := Start(t, actors.Config{PingInterval: time.Hour})
		c := b.Client(t)
		c.Fence()
		Advance(t, time.Hour-time.Second)
		c.Quiet()
		Advance(t, time.Second)
		c.Expect("PING")
	})
}

func TestProbe(t *testing.T) {
	t.Run("wall clock", probe)
	t.Run("virtual time", func(t *testing.T) { synctest.Test(t, probe) })
}

func probe(t *testing.T) {
	t.Helper()
	system := System(t)
	p := NewProbe(t, func(ctx actor.Context) {
		if ctx.Message() == "poison" {
			panic("poisoned")
		}
	})
	pid := system.Root.Spawn(p.Props())
	system.Root.Send(pid, 1)
	system.Root.Send(pid, "poison")
	system.Root.Send(pid, 2)
	assert.Equal(t, 1, p.Next())
	assert.Equal(t, "poison", Expect[string](p))
	assert.Equal(t, 2, Expect[int](p))
	p.Quiet()
	require.NoError(t, system.Root.StopFuture(pid).Wait())
	assert.Equal(t, []string{"Started", "Restarting", "Started", "Stopping", "Stopped"}, p.Life())
}

func TestRewrite(t *testing.T) {
	const want = "# What is remarked stays.\n# config: max_payload=1\n\nA> SUB foo a\\x20b\\r\\n\\\n" +
		"A< -ERR 'Parser Error'\nA<! closed\nB> PING\nB< PONG\nB> CONNECT {\"protocol\":1,\"verbose\":false}\nB> PING\n" +
		"B< PONG\nB< INFO {…}…\n"
	var bare strings.Builder
	for line := range strings.Lines(strings.ReplaceAll(want, "a\\x20b", "a b c")) {
		if !strings.Contains(line, "< ") || strings.Contains(line, transcript.Gap) {
			bare.WriteString(line)
		}
	}
	path := filepath.Join(t.TempDir(), "session.txt")
	require.NoError(t, os.WriteFile(path, []byte(bare.String()), 0o600))
	Rewrite(t, path)
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, strings.ReplaceAll(want, "a\\x20b", "a b c"), string(got))
	Session(t, path)
}

func TestScriptErrors(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"no step", "hello", "line 1: not a step: hello"},
		{"escape", "# ok\nA> \\q", `line 2: unknown escape \q`},
		{"half a byte", "A> \\x4", `line 1: \x wants two hexadecimal digits: x4`},
		{"time", "~ soon", `line 1: time: invalid duration "soon"`},
		{"key", "# config: colour=red", "line 1: config colour=red: unknown key"},
		{"value", "# config: ping_max=many", `line 1: config ping_max=many: strconv.Atoi: parsing "many": invalid syntax`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := parse(tt.text)
			assert.EqualError(t, err, tt.want)
		})
	}
}
