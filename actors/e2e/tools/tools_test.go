// Package tools_test runs programs that watch NATS servers against a broker.
package tools_test

import (
	"context"
	"encoding/csv"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/monitor"
)

// program builds a tool. Only where it cannot be fetched is there nothing to test.
func program(t *testing.T, pkg string) string {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", pkg).CombinedOutput(); err != nil {
		t.Skipf("%s cannot be fetched: %s", pkg, out)
	}
	path := filepath.Join(t.TempDir(), filepath.Base(pkg))
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, pkg).CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}

// watched is a broker with a subscriber that has got 50 messages of 4 bytes, and
// the address of its monitoring.
func watched(t *testing.T) (host, port string) {
	t.Helper()
	b, err := actors.Start(t.Context(), actors.Config{Host: "127.0.0.1", Port: -1, ServerName: "watched"})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = b.Stop(ctx)
	})
	m, err := monitor.Start(b, monitor.Config{Host: "127.0.0.1", Port: -1})
	require.NoError(t, err)
	nc, err := nats.Connect(b.ClientURL(), nats.Name("a subscriber"))
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	sub, err := nc.SubscribeSync("tools.>")
	require.NoError(t, err)
	for range 50 {
		require.NoError(t, nc.Publish("tools.a", []byte("work")))
	}
	for range 50 {
		_, err := sub.NextMsg(10 * time.Second)
		require.NoError(t, err)
	}
	host, port, err = net.SplitHostPort(m.Addr().String())
	require.NoError(t, err)
	return host, port
}

func TestNATSTop(t *testing.T) {
	top := program(t, "github.com/nats-io/nats-top")
	host, port := watched(t)
	out, err := exec.CommandContext(t.Context(), top, "-s", host, "-m", port, "-u", "-o", "-", "-l", ",").CombinedOutput()
	require.NoError(t, err, string(out))
	lines := csv.NewReader(strings.NewReader(string(out)))
	lines.FieldsPerRecord, lines.TrimLeadingSpace = -1, true
	rows, err := lines.ReadAll()
	require.NoError(t, err, string(out))
	assert.Contains(t, string(out), "In:,Msgs:,50,Bytes:,200,")
	assert.Contains(t, string(out), "Out:,Msgs:,50,Bytes:,200,")
	last := rows[len(rows)-1]
	head := rows[len(rows)-2]
	shown := map[string]string{}
	for i, name := range head {
		shown[name] = last[i]
	}
	for name, want := range map[string]string{
		"CID": "1", "NAME": "a subscriber", "SUBS": "1", "PENDING": "0", "MSGS_TO": "50", "MSGS_FROM": "50", "BYTES_TO": "200", "BYTES_FROM": "200",
		"LANG": "go", "VERSION": nats.Version, "SUBSCRIPTIONS": "tools.>",
	} {
		assert.Equal(t, want, shown[name], name)
	}
}

func TestPrometheusExporter(t *testing.T) {
	exporter := program(t, "github.com/nats-io/prometheus-nats-exporter")
	host, port := watched(t)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	at := free.Addr().(*net.TCPAddr)
	free.Close()
	run := exec.CommandContext(t.Context(), exporter, "-a", "127.0.0.1", "-p", strconv.Itoa(at.Port),
		"-varz", "-connz", "-subz", "-routez", "-healthz", "-accstatz", "-leafz", "-gatewayz", "http://"+net.JoinHostPort(host, port))
	run.Stderr = os.Stderr
	require.NoError(t, run.Start())
	t.Cleanup(func() { _ = run.Process.Kill(); _ = run.Wait() })
	var families map[string]*dto.MetricFamily
	require.Eventually(t, func() bool {
		r, err := http.Get("http://" + at.String() + "/metrics")
		if err != nil {
			return false // it is not there yet
		}
		defer r.Body.Close()
		parser := expfmt.NewTextParser(model.UTF8Validation)
		families, err = parser.TextToMetricFamilies(r.Body)
		return err == nil && families["gnatsd_varz_in_msgs"] != nil
	}, 30*time.Second, 50*time.Millisecond)
	for name, want := range map[string]int{
		"gnatsd_varz_in_msgs": 50, "gnatsd_varz_out_bytes": 200, "gnatsd_varz_connections": 1, "gnatsd_varz_subscriptions": 1,
		"gnatsd_varz_ledger_delivered": 50, "gnatsd_varz_actors_connections": 1,
		"gnatsd_connz_num_connections": 1, "gnatsd_connz_out_msgs": 50, "gnatsd_subsz_num_subscriptions": 1,
		"gnatsd_routez_num_routes": 0, "gnatsd_healthz_status": 0, "gnatsd_accstatz_sent_messages": 50,
		"gnatsd_leafz_conn_nodes_total": 0,
	} {
		if assert.Contains(t, families, name) {
			m := families[name].GetMetric()[0]
			assert.Equal(t, want, int(m.GetGauge().GetValue()+m.GetCounter().GetValue()), name)
		}
	}
}
