//go:build unix

package troupecmd

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/audit"
)

// everything is a configuration with its addresses, which are free.
func everything(ports map[string]int, more string) string {
	return fmt.Sprintf(`listen: 127.0.0.1:%d, http: 127.0.0.1:%d, websocket { listen: 127.0.0.1:%d, no_tls: true }, unix_socket: %q, ports_file_dir: "."
		accounts { SYS { users: [ {user: s, password: s} ] }, OPS { users: [ {user: o, password: o} ] }, A { users: [ {user: a, password: a} ] } }
		%s`, ports["client"], ports["http"], ports["web"], fmt.Sprintf("s%d", ports["client"]), more)
}

func freePorts(t *testing.T, names ...string) map[string]int {
	t.Helper()
	all := make(map[string]int)
	for _, name := range names {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer l.Close()
		all[name] = l.Addr().(*net.TCPAddr).Port
	}
	return all
}

// TestReloadOfEverything: all addresses move, the system account is another, the audit log begins and is another file then, and
// the name changes, while a client stays.
func TestReloadOfEverything(t *testing.T) {
	t.Parallel()
	before, after := freePorts(t, "client", "http", "web"), freePorts(t, "client", "http", "web")
	p := &child{conf: filepath.Join(t.TempDir(), "t.conf"), exited: make(chan struct{})}
	require.NoError(t, os.WriteFile(p.conf, []byte(everything(before, "system_account: SYS, server_name: one")), 0o600))
	p.Cmd = exec.CommandContext(context.WithoutCancel(t.Context()), binary, "-c", p.conf)
	p.Dir, p.Stderr = t.TempDir(), &p.stderr
	p.begin(t)
	reloaded := 0
	reload := func(more string) {
		p.reload(t, everything(after, "server_name: two, system_account: OPS, "+more))
		reloaded++
		require.Eventually(t, func() bool { return strings.Count(p.stderr.String(), "Reloaded server") == reloaded }, soon, tick, "%s", &p.stderr)
	}
	old := dial(t, p.addr(t))
	old.connect(t, `{"verbose":false,"user":"a","pass":"a"}`)
	reload("no_ui: true, audit { file: first, policy: block }")

	var ports map[string][]string
	require.NoError(t, json.Unmarshal([]byte(p.file(t, "troupe_"+strconv.Itoa(p.Process.Pid)+".ports")), &ports))
	assert.Equal(t, map[string][]string{
		"nats":       {fmt.Sprintf("nats://127.0.0.1:%d", after["client"])},
		"websocket":  {fmt.Sprintf("ws://127.0.0.1:%d", after["web"])},
		"monitoring": {fmt.Sprintf("http://127.0.0.1:%d", after["http"])},
	}, ports)
	for _, port := range before {
		_, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		require.Error(t, err)
	}
	nc, err := nats.Connect(ports["nats"][0], nats.UserInfo("o", "o"))
	require.NoError(t, err)
	defer nc.Close()
	assert.Equal(t, "two", nc.ConnectedServerName())
	m, err := nc.Request("$SYS.REQ.SERVER.PING.VARZ", nil, soon)
	require.NoError(t, err)
	assert.Contains(t, string(m.Data), `"system_account":"OPS"`)
	assert.Contains(t, string(m.Data), `"server":{"name":"two"`)
	former, err := nats.Connect(ports["nats"][0], nats.UserInfo("s", "s"))
	require.NoError(t, err)
	defer former.Close()
	_, err = former.Request("$SYS.REQ.SERVER.PING.VARZ", nil, soon)
	require.ErrorIs(t, err, nats.ErrNoResponders)
	_, body := request(t, http.MethodGet, ports["monitoring"][0]+"/varz", "")
	assert.Contains(t, body, fmt.Sprintf(`"port": %d`, after["client"]))

	publish := func(subject string) {
		_, err := fmt.Fprintf(old.Conn, "PUB %s 2\r\nhi\r\nPING\r\n", subject)
		require.NoError(t, err)
		assert.Equal(t, "PONG", old.line(t))
	}
	publish("into.first")
	reload("audit { file: first, policy: block, payload: sha256 }")
	publish("with.hash")
	reload("audit: second")
	publish("into.second")
	reload("")
	publish("nowhere")
	first, second := p.file(t, "first"), p.file(t, "second")
	assert.Contains(t, first, `"subject":"into.first"`)
	assert.Regexp(t, `"subject":"with.hash".*"sha256":"`, first)
	assert.NotContains(t, first, "into.second")
	assert.Contains(t, second, `"subject":"into.second"`)
	assert.NotContains(t, first+second, "nowhere")
	for _, file := range []string{"first", "second"} {
		_, err := audit.Verify([]string{filepath.Join(p.Dir, file)}, audit.VerifyOptions{})
		require.NoError(t, err)
	}
	assert.NotContains(t, p.stderr.String(), "[ERR]")
}

// TestReloadByRequest: nats server config reload is told what is wrong with the file.
func TestReloadByRequest(t *testing.T) {
	t.Parallel()
	p := configured(t, `accounts { $SYS { users: [ {user: s, password: s} ] } }`)
	nc, err := nats.Connect("nats://"+p.addr(t), nats.UserInfo("s", "s"))
	require.NoError(t, err)
	defer nc.Close()
	p.reload(t, "nonsense: 1")
	p.says(t, "nonsense")
	info := nc.ConnectedServerId()
	m, err := nc.Request("$SYS.REQ.SERVER."+info+".RELOAD", nil, soon)
	require.NoError(t, err)
	assert.Contains(t, string(m.Data), `t.conf:1:1: unknown field \"nonsense\"`)
}
