package monitor_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/monitor"
)

// scrape is what Prometheus understands, by name.
func (h *house) scrape() map[string]*dto.MetricFamily {
	h.t.Helper()
	r, err := http.Get("http://" + h.m.Addr().String() + "/metrics")
	require.NoError(h.t, err)
	defer r.Body.Close()
	require.Equal(h.t, http.StatusOK, r.StatusCode)
	require.True(h.t, strings.HasPrefix(r.Header.Get("Content-Type"), "text/plain; version=0.0.4"))
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(r.Body)
	require.NoError(h.t, err)
	return families
}

// series are the values of a family by its labels. Those that are looked at are
// whole numbers.
func series(f *dto.MetricFamily) map[string]int {
	out := make(map[string]int)
	for _, m := range f.GetMetric() {
		var labels []string
		for _, l := range m.GetLabel() {
			labels = append(labels, l.GetValue())
		}
		out[strings.Join(labels, " ")] = int(m.GetCounter().GetValue() + m.GetGauge().GetValue())
	}
	return out
}

func TestMetrics(t *testing.T) {
	h := open(t, actors.Config{
		Partitions: 2, MaxConnections: 9, OutboundBudget: 1 << 30,
		Users:      []access.User{{Name: "u", Permissions: &access.Permissions{Publish: access.Rules{Deny: []string{"no"}}}}},
		NoAuthUser: "u",
	}, monitor.Config{})
	h.client(hello, "SUB m.a 1", "SUB > 2")
	h.client(hello, "PUB m.a 5", "hello", "PUB no 0", "")
	require.Eventually(t, func() bool { return h.b.Stats().Ledger.Delivered == 2 }, time.Minute, time.Millisecond)
	found := h.scrape()
	for name, want := range map[string]int{
		"troupe_connections":                   2,
		"troupe_connections_limit":             9,
		"troupe_connections_accepted_total":    2,
		"troupe_subscriptions":                 2,
		"troupe_subscriptions_made_total":      2,
		"troupe_messages_received_total":       2,
		"troupe_messages_received_bytes_total": 5,
		"troupe_messages_routed_total":         1,
		"troupe_messages_no_interest_total":    0,
		"troupe_messages_refused_total":        1,
		"troupe_messages_sent_total":           2,
		"troupe_messages_sent_bytes_total":     10,
		"troupe_copies_made_total":             2,
		"troupe_copies_delivered_total":        2,
		"troupe_copies_waiting":                0,
		"troupe_slow_consumers_total":          0,
		"troupe_stale_connections_total":       0,
		"troupe_outbound_limit_bytes":          1 << 30,
		"troupe_partitions_silent":             0,
	} {
		assert.Equal(t, map[string]int{"": want}, series(found[name]), name)
	}
	assert.Contains(t, found, "troupe_outbound_bytes")
	assert.Contains(t, found, "go_goroutines")
	assert.Equal(t, 1, series(found["troupe_info"])[strings.Join([]string{actors.ProtocolVersion, h.b.ServerID(), h.b.Config().ServerName, h.b.Config().Version}, " ")])
	running := series(found["troupe_actors"])
	assert.Equal(t, [2]int{2, 2}, [2]int{running["connection running"], running["partition running"]})
	assert.NotContains(t, series(found["troupe_mailbox_messages"]), "connection")
	assert.Contains(t, series(found["troupe_mailbox_messages"]), "partition")
	subs := series(found["troupe_partition_subscriptions"])
	assert.Equal(t, 2, subs["part-0"]+subs["part-1"], "the wildcard concerns both, and is held once")
}

func TestRestartsAreCounted(t *testing.T) {
	h := open(t, actors.Config{Partitions: 1}, monitor.Config{})
	_, err := h.b.Inject(t.Context(), actors.Fault{Target: "partitions/part-0", Kind: actors.FaultPanic})
	require.NoError(t, err)
	assert.Equal(t, 1, series(h.scrape()["troupe_actor_restarts_total"])["partition"])
}

// There are as many series with a thousand clients as with one.
func TestSeriesAreNotUpToClients(t *testing.T) {
	h := open(t, actors.Config{}, monitor.Config{})
	count := func() (n int) {
		for name, f := range h.scrape() {
			if strings.HasPrefix(name, "troupe_") {
				n += len(f.GetMetric())
			}
		}
		return n
	}
	h.client(`CONNECT {"verbose":false,"name":"one"}`, "SUB a 1")
	few := count()
	for range 300 { // more than are looked into
		h.client(`CONNECT {"verbose":false,"name":"another"}`, "SUB b 1")
	}
	assert.Equal(t, few, count())
	assert.Equal(t, 301, series(h.scrape()["troupe_actors"])["connection running"])
}

func TestMetricsAreNamedAsTheyShould(t *testing.T) {
	h := open(t, actors.Config{}, monitor.Config{})
	status, _, body := h.get("/metrics")
	require.Equal(t, http.StatusOK, status)
	var ours []string // the collectors of others are older than the rules
	for line := range strings.Lines(body) {
		if strings.Contains(line, "troupe_") {
			ours = append(ours, line)
		}
	}
	require.Greater(t, len(ours), 50)
	problems, err := promlint.New(io.Reader(strings.NewReader(strings.Join(ours, "")))).Lint()
	require.NoError(t, err)
	assert.Empty(t, problems)
}
