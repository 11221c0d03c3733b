package troupecmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tracedConf are accounts that share streams and services with each other, and let themselves be traced or not.
const tracedConf = `
accounts {
  APP {
    users [ { user: app, password: app }
            { user: narrow, password: narrow, permissions { subscribe { deny: "news.secret" } } } ]
    mappings { old: new, "part.*": "parts.{{partition(3,1)}}.{{wildcard(1)}}" }
    exports [ { stream: "ev.>" }, { service: open, allow_trace: true }, { service: shut } ]
    msg_trace { dest: outside }
  }
  SEES {
    users [ { user: sees, password: sees } ]
    imports [ { stream: { account: APP, subject: "ev.>" }, prefix: from, allow_trace: true }
              { service: { account: APP, subject: open }, to: my.open }
              { service: { account: APP, subject: shut } } ]
  }
  BLIND {
    users [ { user: blind, password: blind } ]
    imports [ { stream: { account: APP, subject: "ev.>" } } ]
  }
}
`

// tracedAsk is one message that is traced.
type tracedAsk struct {
	name, by, subject string
	headers           []string // beside the one that asks, as key: value
	silent            bool     // it does not ask itself
}

var tracedAsks = []tracedAsk{
	{name: "nobody", by: "app", subject: "nobody"},
	{name: "two and a queue group", by: "app", subject: "news.all"},
	{name: "one who may not get it", by: "app", subject: "news.secret"},
	{name: "its own echo", by: "quiet", subject: "echo"},
	{name: "mapped", by: "app", subject: "old"},
	{name: "mapped by a pattern", by: "app", subject: "part.blue"},
	{name: "a stream that others import", by: "app", subject: "ev.x"},
	{name: "a service of another account", by: "sees", subject: "my.open"},
	{name: "a service that may not be traced", by: "sees", subject: "shut"},
	{name: "only traced", by: "app", subject: "news.all", headers: []string{"Nats-Trace-Only: true"}},
	{name: "only traced, mapped", by: "app", subject: "old", headers: []string{"Nats-Trace-Only: 1", "Other: x"}},
	{name: "only traced, to another account", by: "sees", subject: "my.open", headers: []string{"Nats-Trace-Only: on"}},
	{name: "sampled", by: "app", subject: "news.all", silent: true, headers: []string{"traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}},
	{name: "not sampled", by: "app", subject: "news.all", silent: true, headers: []string{"traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"}},
}

// TestTracesAreAsRecorded: traces say, field by field, what nats-server's said. TROUPE_RECORD, the path of a nats-server, has
// them recorded anew.
func TestTracesAreAsRecorded(t *testing.T) {
	const recorded = "testdata/traces.jsonl"
	conf := filepath.Join(t.TempDir(), "traced.conf")
	require.NoError(t, os.WriteFile(conf, []byte(tracedConf), 0o600))
	if server := os.Getenv("TROUPE_RECORD"); server != "" {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		addr := l.Addr().String()
		require.NoError(t, l.Close())
		host, port, _ := net.SplitHostPort(addr)
		process := exec.Command(server, "-c", conf, "-a", host, "-p", port)
		require.NoError(t, process.Start())
		defer func() { _ = process.Process.Kill(); _ = process.Wait() }()
		require.NoError(t, os.WriteFile(recorded, playTraced(t, "nats://"+addr), 0o600))
	}
	want, err := os.ReadFile(recorded)
	require.NoError(t, err)
	got := playTraced(t, "nats://"+start(t, "-c", conf).addr(t))
	wanted, said := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	require.Len(t, said, len(wanted))
	for i := range wanted {
		assert.Equal(t, wanted[i], said[i])
	}
}

// playTraced publishes what is traced, and returns a line for each trace.
func playTraced(t *testing.T, url string) []byte {
	t.Helper()
	clients := make(map[string]*nats.Conn)
	join := func(name, user string, options ...nats.Option) *nats.Conn {
		var nc *nats.Conn
		options = append(options, nats.Name(name), nats.UserInfo(user, user))
		require.Eventually(t, func() (ok bool) {
			var err error
			nc, err = nats.Connect(url, options...)
			return err == nil
		}, soon, 20*time.Millisecond)
		t.Cleanup(nc.Close)
		clients[name] = nc
		return nc
	}
	traces := make(chan *nats.Msg, 10)
	hears := func(nc *nats.Conn, queue string, subjects ...string) {
		for _, s := range subjects {
			_, err := nc.QueueSubscribe(s, queue, func(*nats.Msg) {})
			require.NoError(t, err)
		}
		require.NoError(t, nc.Flush())
	}
	for _, user := range []string{"app", "sees"} {
		watch := join("watch-"+user, user)
		for _, subject := range []string{"td", "outside"} {
			_, err := watch.ChanSubscribe(subject, traces)
			require.NoError(t, err)
		}
		require.NoError(t, watch.Flush())
	}
	hears(join("app", "app"), "", "news.*", "new", "parts.>", "open", "shut")
	hears(join("second", "app"), "", "news.all")
	hears(join("member", "app"), "workers", "news.all")
	hears(join("narrow", "narrow"), "", "news.*")
	hears(join("quiet", "app", nats.NoEcho()), "", "echo")
	hears(join("sees", "sees"), "", "from.>")
	hears(join("blind", "blind"), "", "ev.>")
	var all bytes.Buffer
	for _, ask := range tracedAsks {
		m := &nats.Msg{Subject: ask.subject, Header: nats.Header{}, Data: []byte("hi")}
		if !ask.silent {
			m.Header["Nats-Trace-Dest"] = []string{"td"}
		}
		for _, h := range ask.headers {
			key, value, _ := strings.Cut(h, ": ")
			m.Header[key] = []string{value}
		}
		nc := clients[ask.by]
		require.NoError(t, nc.PublishMsg(m))
		require.NoError(t, nc.Flush())
		fmt.Fprintf(&all, "%s: ", ask.name)
		if ask.name == "not sampled" { // the next trace would be its own
			all.WriteString("\n")
			continue
		}
		select {
		case m := <-traces:
			all.WriteString(m.Subject + " " + plainTrace(t, m.Data) + "\n")
		case <-time.After(soon):
			require.Fail(t, "no trace", ask.name)
		}
	}
	assert.Empty(t, traces)
	return all.Bytes()
}

// plainTrace is a trace without what is different each time, and without what nats-server does not say.
func plainTrace(t *testing.T, data []byte) string {
	t.Helper()
	var trace struct {
		Server  map[string]any   `json:"server"`
		Request map[string]any   `json:"request"`
		Hops    int              `json:"hops"`
		Events  []map[string]any `json:"events"`
	}
	require.NoError(t, json.Unmarshal(data, &trace))
	assert.NotEmpty(t, trace.Server["id"])
	var lines []string
	for _, e := range trace.Events {
		assert.NotEmpty(t, e["ts"])
		for _, key := range []string{"ts", "parsing_ns", "partition_ns", "mailbox_ns", "socket_ns", "waits"} {
			delete(e, key)
		}
		if e["cid"] != nil {
			assert.Positive(t, e["cid"])
			e["cid"] = "N"
		}
		line, err := json.Marshal(e)
		require.NoError(t, err)
		lines = append(lines, string(line))
	}
	slices.Sort(lines[1:]) // which of several receivers is first is chance
	request, err := json.Marshal(trace.Request)
	require.NoError(t, err)
	return fmt.Sprintf("%s hops %d [%s]", request, trace.Hops, strings.Join(lines, ","))
}
