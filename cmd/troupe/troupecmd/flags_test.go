package troupecmd

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/monitor"
	"github.com/troupe-mq/troupe/cmd/troupe/conf"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
	"github.com/troupe-mq/troupe/cmd/troupe/logging"
	"github.com/troupe-mq/troupe/cmd/troupe/usage"
)

func TestFlags(t *testing.T) {
	broker := func(c actors.Config) conf.Settings {
		return conf.Settings{Broker: c, Log: logging.Options{Time: true}}
	}
	trace := conf.Settings{Broker: actors.Config{Trace: true}, Log: logging.Options{Time: true, Trace: true}}
	both := trace
	both.Log.Debug = true
	tests := []struct {
		args string
		want conf.Settings
	}{
		{"", broker(actors.Config{})},
		{"-a ::1 -p -1", broker(actors.Config{Host: "::1", Port: -1})},
		{"--net=h --port=1", broker(actors.Config{Host: "h", Port: 1})},
		{"-addr h -port 1", broker(actors.Config{Host: "h", Port: 1})},
		{"--cluster_name c", broker(actors.Config{ClusterName: "c"})},
		{"--cluster nats://u:p@h:1 --routes nats-route://a:1,b:2", broker(actors.Config{Cluster: &actors.Cluster{
			Host: "h", Port: 1, User: "u", Password: "p", Routes: []string{"nats-route://a:1", "b:2"},
		}})},
		{"-cluster_listen h:-1 --cluster_name c --cluster_advertise a:1 --no_advertise --connect_retries 2", broker(actors.Config{
			ClusterName: "c", Cluster: &actors.Cluster{Host: "h", Port: -1, Advertise: "a:1", NoAdvertise: true, ConnectRetries: 2},
		})},
		{"-n a --client_advertise b:1", broker(actors.Config{ServerName: "a", ClientAdvertise: "b:1"})},
		{"--user u --pass p --auth_timeout 1.5", broker(actors.Config{User: "u", Password: "p", AuthTimeout: 1500 * time.Millisecond})},
		{"--unix_socket /s", broker(actors.Config{UnixSocket: "/s"})},
		{"--auth t", broker(actors.Config{Token: "t"})},
		{"--max_payload 1k --max_pending 1MB --max_control_line 1Ki", broker(actors.Config{MaxPayload: 1000, MaxPending: 1 << 20, MaxControlLine: 1024})},
		{"--max_connections 1 --max_subscriptions 2 --max_sub_tokens 3", broker(actors.Config{MaxConnections: 1, MaxSubscriptions: 2, MaxSubTokens: 3})},
		{"--ping_interval 3s --ping_max 4 --write_deadline 500ms --partitions 5", broker(actors.Config{PingInterval: 3 * time.Second, PingMax: 4, WriteDeadline: 500 * time.Millisecond, Partitions: 5})},
		{"-V", trace},
		{"--trace", trace},
		{"-VV", trace},
		{"-DV", both},
		{"-DVV", both},
		{"-D -V", both},
		{"-DV -T=false --logtime_utc --log_format nats -l f --log_size_limit 1M --max_traced_msg_len 9", conf.Settings{
			Broker: actors.Config{Trace: true, MaxTracedMessage: 9},
			Log:    logging.Options{Debug: true, Trace: true, UTC: true, Format: logging.NATS, File: "f", SizeLimit: 1_000_000},
		}},
		{"-P p --ports_file_dir d", conf.Settings{PidFile: "p", PortsFileDir: "d", Log: logging.Options{Time: true}}},
		{"--inbound_budget 96MB", broker(actors.Config{InboundBudget: 96 << 20})},
		{"--outbound_budget 128MB --overrun drop_new", broker(actors.Config{OutboundBudget: 128 << 20, Overrun: config.OverrunDropNew})},
		{"--max_connections_per_address 2 --max_attempts_per_address 3", broker(actors.Config{MaxConnectionsPerAddress: 2, MaxAttemptsPerAddress: 3})},
		{"-m 8222", conf.Settings{Monitor: monitor.Config{Port: 8222}, Log: logging.Options{Time: true}}},
		{"--http_port -1 -a ::1 --lab", conf.Settings{
			Broker: actors.Config{Host: "::1"}, Monitor: monitor.Config{Port: -1, Lab: true}, Log: logging.Options{Time: true},
		}},
		{"-js=false -s=false -m 0", broker(actors.Config{})},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			o, err := parse(strings.Fields(tt.args))
			require.NoError(t, err)
			assert.Equal(t, serveClients, o.verb)
			assert.Equal(t, tt.want, *o.settings)
		})
	}
}

func TestFlagsOverrideTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.conf")
	require.NoError(t, os.WriteFile(path, []byte("port: 4999, max_payload: 1k, debug: true\nauthorization {user: u, pass: p, timeout: 3}"), 0o600))
	o, err := parse([]string{"-p", "5000", "--auth", "t", "-c", path, "-D=false"})
	require.NoError(t, err)
	assert.Equal(t, actors.Config{Port: 5000, MaxPayload: 1000, Token: "t", AuthTimeout: 3 * time.Second}, o.settings.Broker)
	assert.False(t, o.settings.Log.Debug)
}

// Every flag sets keys that exist, and the usage knows it if it can be honoured.
func TestEveryFlagLeadsSomewhere(t *testing.T) {
	o := &order{settings: conf.Default()}
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	o.define(fs)
	unlisted := map[string]bool{"host": true, "server_name": true, "config": false}
	fs.VisitAll(func(f *flag.Flag) {
		o.refused = nil
		_ = f.Value.Set("1")
		if o.refused == nil && !unlisted[f.Name] {
			assert.Regexp(t, `-`+f.Name+`\b`, usage.Text)
		}
	})
	for names, key := range valued {
		require.NotErrorIs(t, conf.Default().Set(key, "1"), lang.ErrUnknown, names)
	}
	for names, keys := range switches {
		for _, key := range keys {
			require.NotErrorIs(t, conf.Default().Set(key, "true"), lang.ErrUnknown, names)
		}
	}
	for name, key := range credentials {
		require.NotErrorIs(t, conf.Default().SetAuthorization(key, "1"), lang.ErrUnknown, name)
	}
}

func TestAnswers(t *testing.T) {
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "good.conf"), filepath.Join(dir, "bad.conf")
	require.NoError(t, os.WriteFile(good, []byte("port: 4299\nmax_payload: 2MB\nno_sublist_cache: true\n"), 0o600))
	require.NoError(t, os.WriteFile(bad, []byte("port: 4299\nnonsense: 5\nmore: 6\n"), 0o600))
	tests := []struct {
		args     []string
		code     int
		out, err string // what they start with
	}{
		{[]string{"-v"}, 0, "troupe: v", ""},
		{[]string{"--version"}, 0, "troupe: v", ""},
		{[]string{"version"}, 0, "troupe: v", ""},
		{[]string{"-h"}, 0, "\nUsage: troupe", ""},
		{[]string{"--help"}, 0, "\nUsage: troupe", ""},
		{[]string{"HELP"}, 0, "\nUsage: troupe", ""},
		{[]string{"-v", "-c", "missing.conf"}, 0, "troupe: v", ""},
		{[]string{"--nosuchflag"}, 1, "", "troupe: flag provided but not defined: -nosuchflag\ntroupe: see troupe --help\n"},
		{[]string{"--routes", "h:1"}, 1, "", "troupe: solicited routes require cluster capabilities"},
		{[]string{"--cluster", "nats://u@h:1"}, 1, "", "troupe: --cluster: the user needs a password: user:password@host:port\n"},
		{[]string{"--cluster", "h"}, 1, "", "troupe: --cluster: needs host:port, or nats://host:port\n"},
		{[]string{"-p", "x"}, 1, "", "troupe: -p: \"x\" is no port: a number from 1 to 65535, or -1 for any free one\n"},
		{[]string{"-p"}, 1, "", "troupe: -p needs a value\ntroupe: see troupe --help\n"},
		{[]string{"-D=perhaps"}, 1, "", "troupe: -D: needs true or false\n"},
		{[]string{"-p", "70000"}, 1, "", "troupe: -p: \"70000\" is no port"},
		{[]string{"start"}, 1, "", "troupe: unrecognized command: \"start\"\n"},
		{[]string{"-js=perhaps"}, 1, "", "troupe: -js: needs enabled, disabled or a block\ntroupe: see troupe --help\n"},
		{[]string{"-ms", "8222"}, 1, "", "troupe: HTTPS for the monitoring needs the certificate of a tls block\n"},
		{[]string{"-ms", "8222", "-m", "8223"}, 1, "", "troupe: the monitoring is by HTTP or by HTTPS: http_port and https_port cannot both be set\n"},
		{[]string{"-m", "x"}, 1, "", "troupe: -m: \"x\" is no port: a number from 1 to 65535, or -1 for any free one\ntroupe: see troupe --help\n"},
		{[]string{"-m", "70000"}, 1, "", "troupe: -m: \"70000\" is no port: a number from 1 to 65535, or -1 for any free one\ntroupe: see troupe --help\n"},
		{[]string{"--lab"}, 1, "", "troupe: the lab needs a monitoring port on a loopback address: add http: \"127.0.0.1:8222\"\n"},
		{[]string{"--lab", "-m", "8222"}, 1, "", "troupe: monitor: the lab needs a loopback address, such as 127.0.0.1, and not \"0.0.0.0\"\n"},
		{[]string{"--overrun", "drop"}, 1, "", "troupe: overrun \"drop\" is none of evict, drop_new and drop_old\n"},
		{[]string{"--tlscert", "f"}, 1, "", "troupe: tls: a certificate needs both cert_file and key_file\n"},
		{[]string{"--tls"}, 1, "", "troupe: tls: there is no certificate: cert_file and key_file are missing\n"},
		{[]string{"--help_tls"}, 0, "\nUsage: troupe", ""},
		{[]string{"--user", "u", "--auth", "t"}, 1, "", "troupe: a user and a token cannot both be required\n"},
		{[]string{"--user", "u", "--pass", "p", "--max_payload", "1g"}, 1, "", "troupe: max_payload 1000000000 is not in 1..999999999\ntroupe: max_payload (1000000000) cannot be higher"},
		{[]string{"-t"}, 1, "", "troupe: must specify [-c, --config] option"},
		{[]string{"-t", "-c", good}, 0, "", "troupe: " + good + ":3:1: \"no_sublist_cache\" has no effect: the cache cannot be switched off\ntroupe: configuration file " + good + " is valid (sha256:"},
		{[]string{"-t", "-c", bad}, 1, "", "troupe: " + bad + ":2:1: unknown field \"nonsense\"\ntroupe: " + bad + ":3:1: unknown field \"more\"\n"},
		{[]string{"-c", bad}, 1, "", "troupe: " + bad + ":2:1: unknown field"},
		{[]string{"-l", dir}, 1, "", "troupe: cannot open the log file: open " + dir},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			assert.Equal(t, tt.code, run(append([]string{"troupe"}, tt.args...), &stdout, &stderr))
			assert.Equal(t, tt.out, stdout.String()[:min(len(tt.out), stdout.Len())])
			assert.Equal(t, tt.err, stderr.String()[:min(len(tt.err), stderr.Len())])
			assert.True(t, tt.out != "" || stdout.Len() == 0, "unexpected: %s", stdout.String())
			assert.True(t, tt.err != "" || stderr.Len() == 0, "unexpected: %s", stderr.String())
		})
	}
}

func TestVersionLine(t *testing.T) {
	assert.Regexp(t, `^troupe: v\d+\.\d+\.\d+(-dev(\+[0-9a-f]{7})?|\+dirty)?$`, versionLine("broker"))
	assert.Equal(t, "nats-server: v"+actors.ProtocolVersion+" (troupe "+config.Version()+")", versionLine("nats-server"))
}
