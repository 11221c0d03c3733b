package sys

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/documents"
	"github.com/troupe-mq/troupe/actors/report"
)

// Two who ask: one who watches over the broker, and one of its users.
var (
	watcher  = &report.Origin{CID: 7, User: "sys", Account: "$SYS", Permissions: some}
	stranger = &report.Origin{CID: 8, User: "joe", Account: "$G", Permissions: some}
	some     = &access.Permissions{Publish: access.Rules{Allow: []string{"a"}}, Subscribe: access.Rules{Deny: []string{"b"}}}
)

var errNobody = errors.New("no such client id")

func newSource(t *testing.T) *source {
	t.Helper()
	b, err := actors.Start(t.Context(), actors.Config{NoListen: true, ServerName: "here"})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = b.Stop(ctx)
	})
	connect(t, b)
	return &source{
		server:        Server{Name: "here", Host: "127.0.0.1", ID: "NID", Version: "2.12.0", Tags: []string{"zone:x"}},
		systemAccount: "$SYS",
		documents:     documents.New(b, documents.Process{}),
		control: control{
			kick:     func(context.Context, uint64) error { return errNobody },
			lameDuck: func(context.Context, uint64) error { return nil },
		},
	}
}

// connect makes a client with a name and a subscription, whose round trip is known.
func connect(t *testing.T, b *actors.Broker) {
	t.Helper()
	nc, err := b.InProcessConn()
	require.NoError(t, err)
	t.Cleanup(func() { nc.Close() })
	require.NoError(t, nc.SetDeadline(time.Now().Add(time.Minute)))
	buf := make([]byte, 4096)
	_, err = nc.Read(buf) // INFO
	require.NoError(t, err)
	_, err = io.WriteString(nc, "CONNECT {\"verbose\":false,\"name\":\"app\",\"lang\":\"go\",\"version\":\"1\"}\r\nSUB foo.x 1\r\nPING\r\n")
	require.NoError(t, err)
	n, err := nc.Read(buf)
	require.NoError(t, err)
	require.Equal(t, "PONG\r\n", string(buf[:n]))
}

// ask has a request answered and encoded; nil is silence.
func (s *source) ask(t *testing.T, from *report.Origin, subject, body string) []byte {
	t.Helper()
	r := &request{subject: subject, body: []byte(body), from: from}
	if from != nil {
		r.in = from.Account
	}
	a := s.answer(t.Context(), r)
	if a == nil {
		return nil
	}
	a.by(here)
	b, err := json.Marshal(a)
	require.NoError(t, err)
	return b
}

// TestAnswersHaveWhatToolsRead: each field that nats-server answers with is there,
// and of the same type. The lists are made of answers of its.
func TestAnswersHaveWhatToolsRead(t *testing.T) {
	s := newSource(t)
	for _, tt := range []struct{ keys, subject, body string }{
		{"server-ping", "SERVER.PING", ""},
		{"server-statsz", "SERVER.PING.STATSZ", ""},
		{"server-varz", "SERVER.NID.VARZ", ""},
		{"server-varz-bad", "SERVER.PING.VARZ", "{x}"},
		{"server-connz", "SERVER.PING.CONNZ", `{"auth":true,"subscriptions":true}`},
		{"server-subsz", "SERVER.PING.SUBSZ", `{"subscriptions":true,"limit":3}`},
		{"server-routez", "SERVER.PING.ROUTEZ", ""},
		{"server-gatewayz", "SERVER.PING.GATEWAYZ", ""},
		{"server-leafz", "SERVER.PING.LEAFZ", ""},
		{"server-accountz", "SERVER.PING.ACCOUNTZ", ""},
		{"server-accountz-app", "SERVER.PING.ACCOUNTZ", `{"account":"$G"}`},
		{"server-jsz", "SERVER.PING.JSZ", ""},
		{"server-healthz", "SERVER.PING.HEALTHZ", ""},
		{"server-idz", "SERVER.PING.IDZ", ""},
		{"server-expvarz", "SERVER.PING.EXPVARZ", ""},
		{"server-raftz", "SERVER.PING.RAFTZ", ""},
		{"server-profilez", "SERVER.PING.PROFILEZ", `{"name":"threadcreate"}`},
		{"account-connz", "ACCOUNT.$G.CONNZ", ""},
		{"account-subsz", "ACCOUNT.$G.SUBSZ", ""},
		{"account-leafz", "ACCOUNT.$G.LEAFZ", ""},
		{"account-statz", "ACCOUNT.$G.STATZ", ""},
		{"account-conns", "ACCOUNT.$G.CONNS", ""},
		{"account-info", "ACCOUNT.$G.INFO", ""},
		{"user-info", "USER.INFO", ""},
	} {
		t.Run(tt.keys, func(t *testing.T) {
			got := s.ask(t, watcher, "$SYS.REQ."+tt.subject, tt.body)
			require.NotNil(t, got)
			hasKeys(t, tt.keys, got)
		})
	}
}

// absent are fields that are left out on purpose: what there is none of.
var absent = map[string]bool{
	"data.connections[].rtt":             true, // not known of a client that was never asked
	"data.connections[].authorized_user": true, // nobody has to say who he is here
	"data.auth_required":                 true,
}

// hasKeys compares a document with a list of paths and types.
func hasKeys(t *testing.T, list string, document []byte) {
	t.Helper()
	var d any
	require.NoError(t, json.Unmarshal(document, &d))
	got := make(map[string]string)
	walk(d, "", got)
	text, err := os.ReadFile("testdata/" + list + ".keys")
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		path, kind, _ := strings.Cut(strings.TrimSpace(line), " ")
		if !absent[path] && !strings.Contains(path, "imports") {
			assert.Equal(t, kind, got[path], path)
		}
	}
}

// walk notes the type of everything in a document.
func walk(v any, path string, into map[string]string) {
	switch v := v.(type) {
	case map[string]any:
		into[path] = "object"
		for k, x := range v {
			walk(x, strings.TrimPrefix(path+"."+k, "."), into)
		}
	case []any:
		into[path] = "array"
		for _, x := range v {
			walk(x, path+"[]", into)
		}
	case string:
		into[path] = "string"
	case float64:
		into[path] = "number"
	case bool:
		into[path] = "bool"
	}
}

func TestWhoIsAnsweredWhat(t *testing.T) {
	s := newSource(t)
	for _, tt := range []struct {
		name          string
		from          *report.Origin
		subject, body string
		want          []string // parts of the answer; none: silence
		not           string
	}{
		{name: "another server", from: watcher, subject: "SERVER.NOSUCH.VARZ"},
		{name: "no such topic", from: watcher, subject: "SERVER.PING.NOSUCH"},
		{name: "no topic", from: watcher, subject: "SERVER.NID"},
		{name: "nothing at all", from: watcher, subject: "SERVER."},
		{name: "orders are for one server", from: watcher, subject: "SERVER.PING.KICK", body: `{"cid":1}`},
		{name: "kick nobody", from: watcher, subject: "SERVER.NID.KICK", body: `{"cid":99}`, want: []string{`"code":500`, "no such client id"}},
		{name: "kick with nonsense", from: watcher, subject: "SERVER.NID.KICK", body: `{"cid":"x"}`, want: []string{`"code":400`}},
		{name: "lame duck", from: watcher, subject: "SERVER.NID.LDM", body: `{"cid":1}`, want: []string{`"server":`}, not: "error"},
		{name: "reload where it cannot be done", from: watcher, subject: "SERVER.NID.RELOAD", want: []string{"not supported"}},
		{name: "not a page", from: watcher, subject: "SERVER.PING.CONNZ", body: `{"limit":"a"}`, want: []string{`"code":400`, "limit"}, not: `"data"`},
		{name: "no such order", from: watcher, subject: "SERVER.PING.CONNZ", body: `{"sort":"zz"}`, want: []string{`"code":500`, "invalid sorting option: zz"}},
		{name: "a filter without its account", from: watcher, subject: "SERVER.PING.CONNZ", body: `{"filter_subject":"foo.x"}`, want: []string{`"code":500`, "filter by subject only valid with account filtering"}},
		{name: "who has subscribed", from: watcher, subject: "SERVER.PING.CONNZ", body: `{"filter_subject":"foo.*","acc":"$G"}`, want: []string{`"num_connections":1,"total":1`}},
		{name: "nobody has subscribed", from: watcher, subject: "SERVER.PING.CONNZ", body: `{"filter_subject":"foo.y","acc":"$G"}`, want: []string{`"num_connections":0,"total":0`}},
		{name: "a state that nobody is in", from: watcher, subject: "SERVER.PING.CONNZ", body: `{"state":9}`, want: []string{`"num_connections":0`}},
		{name: "huge numbers", from: watcher, subject: "SERVER.PING.CONNZ", body: `{"limit":9223372036854775807,"offset":9223372036854775807}`, want: []string{`"num_connections":0`, `"limit":65536`}},
		{name: "unknown options", from: watcher, subject: "SERVER.PING.CONNZ", body: `{"unknown":9}`, want: []string{`"num_connections":1`}},
		{name: "no such account", from: watcher, subject: "SERVER.PING.ACCOUNTZ", body: `{"account":"NO"}`, want: []string{`"code":500`, "Account NO does not exist"}},
		{name: "no such account to tell of", from: watcher, subject: "ACCOUNT.NO.INFO", want: []string{"Account NO does not exist"}},
		{name: "the connections of no account", from: watcher, subject: "ACCOUNT.NO.CONNZ", want: []string{`"num_connections":0`}},
		{name: "another server may know it", from: watcher, subject: "ACCOUNT.NO.STATZ"},
		{name: "or this", from: watcher, subject: "ACCOUNT.NO.CONNS"},
		{name: "several accounts", from: watcher, subject: "ACCOUNT.PING.STATZ", body: `{"accounts":["$G","NO"]}`, want: []string{`"acc":"$G"`}},
		{name: "profile of nothing", from: watcher, subject: "SERVER.PING.PROFILEZ", want: []string{`"profile":null`, "Profile name not specified"}},
		{name: "profile for too long", from: watcher, subject: "SERVER.PING.PROFILEZ", body: `{"name":"cpu","duration":3600000000000}`, want: []string{"should be between"}},
		{name: "identity whatever is asked", from: watcher, subject: "SERVER.PING.IDZ", body: "{x}", want: []string{`{"name":"here","host":"127.0.0.1","id":"NID"}`}},
		{name: "deep nonsense", from: watcher, subject: "SERVER.PING.VARZ", body: strings.Repeat("[", 60_000), want: []string{`"code":400`}},
		{name: "long nonsense", from: watcher, subject: "SERVER.PING.VARZ", body: strings.Repeat(" ", maxRequest+1), want: []string{`"code":400`, "too long"}},

		{name: "about oneself", from: stranger, subject: "USER.INFO", body: "{x}", want: []string{`"user":"joe","account":"$G","account_name":"$G"`, `"publish":{"allow":["a"]}`}},
		{name: "one's own account", from: stranger, subject: "ACCOUNT.PING.STATZ", body: `{"accounts":["$SYS"]}`, want: []string{`"acc":"$G"`}, not: "SYS"},
		{name: "one's own connections", from: stranger, subject: "ACCOUNT.PING.CONNZ", body: `{"acc":"$SYS"}`, want: []string{`"num_connections":1`}},
		{name: "and by the server", from: stranger, subject: "SERVER.PING.CONNZ", want: []string{`"num_connections":1`}},
		{name: "not those of others", from: &report.Origin{Account: "B"}, subject: "SERVER.PING.CONNZ", want: []string{`"num_connections":0`}},
		{name: "not the server", from: stranger, subject: "SERVER.PING"},
		{name: "not its state", from: stranger, subject: "SERVER.PING.VARZ"},
		{name: "not by its id", from: stranger, subject: "SERVER.NID.CONNZ"},
		{name: "no orders", from: stranger, subject: "SERVER.NID.KICK", body: `{"cid":1}`},
		{name: "not an account by name", from: stranger, subject: "ACCOUNT.$G.CONNZ"},
		{name: "nobody knows who", subject: "USER.INFO"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := string(s.ask(t, tt.from, "$SYS.REQ."+tt.subject, tt.body))
			if tt.want == nil {
				assert.Empty(t, got)
			}
			for _, part := range tt.want {
				assert.Contains(t, got, part)
			}
			if tt.not != "" {
				assert.NotContains(t, got, tt.not)
			}
		})
	}
}

func TestFilter(t *testing.T) {
	s := &Server{Name: "nats-1", Host: "10.0.0.1", Tags: []string{"zone:x", "ssd"}}
	for body, want := range map[string]bool{
		`{}`:                      true,
		`{"server_name":"nats"}`:  true,
		`{"server_name":"other"}`: false,
		`{"server_name":"nats","exact_match":true}`:   false,
		`{"server_name":"nats-1","exact_match":true}`: true,
		`{"host":"10."}`:                       true,
		`{"host":"10.","exact_match":true}`:    false,
		`{"cluster":"c"}`:                      false,
		`{"cluster":"c","exact_match":true}`:   false,
		`{"tags":["ssd","zone:x"]}`:            true,
		`{"tags":["ssd","zone:y"]}`:            false,
		`{"domain":"hub"}`:                     false,
		`{"server_name":"nats","host":"nope"}`: false,
	} {
		var f filter
		require.NoError(t, json.Unmarshal([]byte(body), &f))
		assert.Equal(t, want, f.admits(s), body)
	}
}
