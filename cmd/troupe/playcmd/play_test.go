package playcmd

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// running is the address of a broker.
func running(t *testing.T) string {
	t.Helper()
	b, err := actors.Start(t.Context(), actors.Config{Host: "127.0.0.1", Port: -1})
	require.NoError(t, err)
	t.Cleanup(func() { _ = b.Stop(context.Background()) })
	return b.Addr().String()
}

func played(args ...string) (code int, out, complaint string) {
	var stdout, stderr bytes.Buffer
	code = Run(args, strings.NewReader(""), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// The session that the tests play in virtual time is played at a broker that runs, and
// what is shown is the file.
func TestPlay(t *testing.T) {
	for _, name := range []string{"readme.txt", "wrong-arguments.txt"} {
		file := filepath.Join("..", "..", "..", "actors", "testdata", "sessions", name)
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		code, out, complaint := played("--pause", "0s", file, running(t))
		assert.Zero(t, code, complaint)
		assert.Equal(t, string(want), out)
	}
}

func TestPlayDiffers(t *testing.T) {
	file := filepath.Join(t.TempDir(), "s.txt")
	require.NoError(t, os.WriteFile(file, []byte("A> PING\nA< PANG\nA<<\nB< MSG\nA<! closed\nA> NO\nA< -ERR …\nA< -ERR 'Parser Error'\nA<! closed\n"), 0o600))
	code, out, complaint := played("--pause", "0s", "--wait", "20ms", file, running(t))
	assert.Equal(t, 1, code)
	assert.Equal(t, "troupe: play: the broker has said something else than the file: lines that begin with an exclamation mark say what\n", complaint)
	assert.Equal(t, "A> PING\nA< PONG\n! line 2 of the file: A< PANG\nA<<\nB< nothing\n! line 4 of the file: B< MSG\n"+
		"A< the connection is open\n! line 5 of the file: A<! closed\n"+
		"A> NO\nA< -ERR 'Unknown Protocol Operation'\nA< -ERR 'Parser Error'\nA<! closed\n", out)
}

// What is typed becomes a file that can be played.
func TestWrite(t *testing.T) {
	file, address := filepath.Join(t.TempDir(), "s.txt"), running(t)
	var stdout, stderr bytes.Buffer
	typed := "# a course\nSUB news 1\nB> PUB news 5\nB> hello\nUNSUB 1 \nA>! close\nB> \\x01"
	require.Zero(t, Run([]string{"--write", file, address}, strings.NewReader(typed), &stdout, &stderr), stderr.String())
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "# a course\nA> SUB news 1\nA< +OK\nB> PUB news 5\nB> hello\nA< MSG news 1 5\nA< hello\nB< +OK\n"+
		"A> UNSUB 1\\x20\nA< +OK\nA>! close\nB> \\x01\nB< -ERR 'Unknown Protocol Operation'\nB< -ERR 'Parser Error'\nB<! closed\n", string(written))
	code, _, complaint := played("--pause", "0s", file, running(t))
	assert.Zero(t, code, complaint)
	code, _, complaint = played("--write", file, address)
	assert.Equal(t, []any{1, "troupe: play: " + file + " is there already, and is not written over\n"}, []any{code, complaint})
}

func TestMisuse(t *testing.T) {
	for args, want := range map[string]string{
		"":                 "there is no file to play",
		"x.txt nowhere":    `"nowhere" is no address such as 127.0.0.1:4222`,
		"x.txt a:1 b:2":    `"b:2" is too much: a file and an address are all`,
		"--puase 1s x.txt": "there is no flag --puase, did you mean --pause?",
		"--pause soon x":   `--pause: "soon" is no duration such as 500ms`,
		"--write":          "--write needs a value",
	} {
		code, out, complaint := played(strings.Fields(args)...)
		assert.Equal(t, []any{1, "", "troupe: play: " + want + "\n" + seeHelp}, []any{code, out, complaint}, args)
	}
	file := filepath.Join(t.TempDir(), "s.txt")
	require.NoError(t, os.WriteFile(file, []byte("A> PING\nhello\n"), 0o600))
	_, _, complaint := played(file)
	assert.Equal(t, "troupe: play: "+file+": line 2: not a step: hello\n", complaint)
}

// TestPlayTrail: what a client did last is played at a broker of its own.
func TestPlayTrail(t *testing.T) {
	file := filepath.Join(t.TempDir(), "trail.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"what":"failed","trail":["12:00:00.001 CONNECT","12:00:00.002 SUB a.* 9","12:00:00.003 PUB a.b 3"]}`), 0o600))
	code, out, complaint := played("--own", "--pause", "0s", file)
	assert.Zero(t, code, complaint)
	assert.Equal(t, "A> CONNECT\nA> SUB a.* 9\nA> PUB a.b 3\nA< MSG a.b 9 3\nA< xxx\n", out)
	code, _, complaint = played("--own", file, "127.0.0.1:1")
	assert.Equal(t, 1, code)
	assert.Contains(t, complaint, "--own is for a file alone")
}
