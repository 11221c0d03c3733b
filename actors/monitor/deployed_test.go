package monitor_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/monitor"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/supervisor"
)

var (
	quoted  = regexp.MustCompile(`"[^"]*"`)
	bracket = regexp.MustCompile(`\[[^\]]*\]`)
	metric  = regexp.MustCompile(`\b(?:troupe|go|process)_\w+`)
	chosen  = regexp.MustCompile(`\{([^}]*)\}`)
	grouped = regexp.MustCompile(`\bby \(([^)]*)\)`)
	word    = regexp.MustCompile(`[a-z_]+`)
)

// queriesOf are the queries of a dashboard, wherever in it they are.
func queriesOf(v any) (all []string) {
	switch v := v.(type) {
	case map[string]any:
		if q, ok := v["expr"].(string); ok {
			all = append(all, q)
		}
		for _, below := range v {
			all = append(all, queriesOf(below)...)
		}
	case []any:
		for _, below := range v {
			all = append(all, queriesOf(below)...)
		}
	}
	return all
}

// TestDeployedQueries: each query of the dashboard and of the alerts asks for what a scrape has, by labels that it has.
func TestDeployedQueries(t *testing.T) {
	h := open(t, actors.Config{Partitions: 1}, monitor.Config{})
	require.NoError(t, h.b.AddTap(tap.Spec{Name: "t", Feeds: tap.Lifecycle}, taker))
	h.client(hello, "SUB a 1")
	h.b.Report("somebody", supervisor.Caught("a failure"))
	labels := map[string]map[string]bool{"troupe_copies_dropped_total": {"reason": true}}
	require.Eventually(t, func() bool { return h.scrape()["troupe_actor_failures_total"] != nil }, time.Minute, time.Millisecond)
	for name, family := range h.scrape() {
		labels[name] = map[string]bool{}
		for _, m := range family.GetMetric() {
			for _, l := range m.GetLabel() {
				labels[name][l.GetName()] = true
			}
		}
	}

	var dashboard, alerts any
	for file, to := range map[string]*any{"dashboard.json": &dashboard, "alerts.yaml": &alerts} {
		text, err := os.ReadFile("../../examples/deploy/" + file)
		require.NoError(t, err)
		if strings.HasSuffix(file, ".json") {
			require.NoError(t, json.Unmarshal(text, to))
		} else {
			require.NoError(t, yaml.Unmarshal(text, to))
		}
	}
	queries := append(queriesOf(dashboard), queriesOf(alerts)...)
	require.Greater(t, len(queries), 50)
	for _, query := range queries {
		bare := bracket.ReplaceAllString(quoted.ReplaceAllString(query, ""), "")
		has := map[string]bool{"job": true, "instance": true} // which Prometheus adds
		asked := metric.FindAllString(chosen.ReplaceAllString(bare, ""), -1)
		for _, name := range asked {
			assert.Contains(t, labels, name, query)
			for l := range labels[name] {
				has[l] = true
			}
		}
		assert.True(t, len(asked) > 0 || strings.HasPrefix(query, "up{"), "%s asks for nothing", query)
		for _, m := range append(chosen.FindAllStringSubmatch(bare, -1), grouped.FindAllStringSubmatch(bare, -1)...) {
			for _, l := range word.FindAllString(m[1], -1) {
				assert.True(t, has[l], "%s: there is no label %s", query, l)
			}
		}
	}
}
