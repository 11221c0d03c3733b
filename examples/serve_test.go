//go:build unix

package examples_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// server is an example that runs until it is stopped.
type server struct {
	*exec.Cmd
	log *bufio.Reader
}

// serve starts one on any free port of the loopback address.
func serve(t *testing.T, name string, args ...string) (*server, *nats.Conn) {
	t.Helper()
	s := &server{Cmd: exec.CommandContext(within(t), build(t, name), append([]string{"-a", "127.0.0.1", "-p", "-1", "-m", "-1"}, args...)...)}
	stderr, err := s.StderrPipe()
	require.NoError(t, err)
	s.log = bufio.NewReader(stderr)
	require.NoError(t, s.Start())
	url := s.says(t, `Listening for client connections on ([\d.:]+)`)
	s.says(t, "Server is ready")
	nc, err := nats.Connect(url)
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	return s, nc
}

// says waits for a line of the log, and returns what its pattern has in brackets.
func (s *server) says(t *testing.T, pattern string) string {
	t.Helper()
	for {
		line, err := s.log.ReadString('\n')
		require.NoError(t, err, pattern)
		if m := regexp.MustCompile(pattern).FindStringSubmatch(line); m != nil {
			return m[len(m)-1]
		}
	}
}

// stop ends it as a service manager does.
func (s *server) stop(t *testing.T) {
	t.Helper()
	require.NoError(t, s.Process.Signal(syscall.SIGTERM))
	s.says(t, "Server Exiting")
	require.NoError(t, s.Wait())
}

func ask(t *testing.T, nc *nats.Conn, subject, text string) string {
	t.Helper()
	m, err := nc.Request(subject, []byte(text), 10*time.Second)
	require.NoError(t, err)
	return string(m.Data)
}

// TestOwnBroker: the broker in ten lines has the actor, and all that the command has.
func TestOwnBroker(t *testing.T) {
	t.Parallel()
	s, nc := serve(t, "own", "--name", "mine")
	assert.Equal(t, "hello", ask(t, nc, "echo.me", "hello"))
	assert.Equal(t, "mine", nc.ConnectedServerName())
	nc.Close()
	s.stop(t)
	shown, err := os.ReadFile("own/main.go")
	require.NoError(t, err)
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	assert.Contains(t, string(readme), "```go\n"+string(shown)+"```", "README shows the program that is run")
	assert.Equal(t, 10, strings.Count(string(shown), "\n"), "README says how many lines")
}

// TestExtension: the block is read, a mistake in it is refused, and a reload changes it.
func TestExtension(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("extension/extension.conf")
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "extension.conf")
	reload := func(s *server, greeting string) {
		changed := strings.ReplaceAll(string(text), "greeting: hello", greeting)
		require.NotEqual(t, string(text), changed)
		require.NoError(t, os.WriteFile(path, []byte(changed), 0o600))
		require.NoError(t, s.Process.Signal(syscall.SIGHUP))
	}
	require.NoError(t, os.WriteFile(path, text, 0o600))
	s, nc := serve(t, "extension", "-c", path)
	assert.Equal(t, "hello ann", ask(t, nc, "greet.ann", ""))

	reload(s, "greeting: welcome")
	s.says(t, "Reloaded: extensions.greeter")
	assert.Equal(t, "welcome ann", ask(t, nc, "greet.ann", ""))
	for mistake, says := range map[string]string{
		"greetings: hi":                 `extension.conf:5:13: unknown field "greetings"`,
		`greeting: ""`:                  `extension.conf:5:3: extension "greeter": the greeting cannot be empty`,
		"subject: x":                    `extension "greeter": another subject needs a restart`,
		"greeting: hi }, greets { x: y": `extension.conf:5:29: unknown extension "greets": this program has greeter`,
	} {
		reload(s, mistake)
		assert.Contains(t, s.says(t, "(.*Failed to reload.*)"), says)
		assert.Equal(t, "welcome ann", ask(t, nc, "greet.ann", ""), "nothing has changed")
	}
	nc.Close()
	s.stop(t)
}
