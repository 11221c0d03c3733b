// Package check_test reads the files for deployment as those programs read them that they are for.
package check_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
	strict "sigs.k8s.io/yaml"
)

// TestManifest: each document of the manifest is what Kubernetes has under its kind, without a field that it does not know, and what
// they name of each other is there.
func TestManifest(t *testing.T) {
	text, err := os.ReadFile("../kubernetes.yaml")
	require.NoError(t, err)
	var (
		configuration corev1.ConfigMap
		deployment    appsv1.Deployment
		service       corev1.Service
	)
	into := map[string]any{"v1 ConfigMap": &configuration, "apps/v1 Deployment": &deployment, "v1 Service": &service}
	for documents := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text))); ; {
		document, err := documents.Read()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		var kind struct{ APIVersion, Kind string }
		require.NoError(t, strict.Unmarshal(document, &kind))
		object := into[kind.APIVersion+" "+kind.Kind]
		require.NotNil(t, object, "%s %s", kind.APIVersion, kind.Kind)
		require.NoError(t, strict.UnmarshalStrict(document, object))
	}

	pod := deployment.Spec.Template
	assert.Equal(t, deployment.Spec.Selector.MatchLabels, pod.Labels)
	assert.Equal(t, service.Spec.Selector, pod.Labels)
	require.Len(t, pod.Spec.Containers, 1)
	c := pod.Spec.Containers[0]
	ports := map[string]bool{}
	for _, p := range c.Ports {
		ports[p.Name] = true
	}
	for _, p := range service.Spec.Ports {
		assert.True(t, ports[p.TargetPort.String()], p.Name)
	}
	for _, probe := range []*corev1.Probe{c.StartupProbe, c.ReadinessProbe, c.LivenessProbe} {
		assert.True(t, ports[probe.HTTPGet.Port.String()])
	}
	assert.True(t, *pod.Spec.SecurityContext.RunAsNonRoot)
	for _, v := range pod.Spec.Volumes {
		if v.ConfigMap != nil {
			assert.Equal(t, configuration.Name, v.ConfigMap.Name)
		}
	}
	inFile := regexp.MustCompile(`\$[A-Z_]+`).FindAllString(configuration.Data["troupe.conf"], -1)
	require.NotEmpty(t, inFile)
	for _, name := range inFile {
		assert.True(t, containsEnv(c.Env, strings.TrimPrefix(name, "$")), name)
	}
}

func containsEnv(all []corev1.EnvVar, name string) bool {
	for _, v := range all {
		if v.Name == name {
			return true
		}
	}
	return false
}

// TestAlerts: Prometheus takes the alerts.
func TestAlerts(t *testing.T) {
	groups, errs := rulefmt.ParseFile("../alerts.yaml", false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.Default())
	require.Empty(t, errs)
	require.NotEmpty(t, groups.Groups)
}

// variables are what Grafana puts into a query before Prometheus sees it.
var variables = strings.NewReplacer("$__rate_interval", "5m", "$__range", "1h", "$__interval", "1m")

// TestDashboard: each query of the dashboard is one of PromQL.
func TestDashboard(t *testing.T) {
	text, err := os.ReadFile("../dashboard.json")
	require.NoError(t, err)
	var dashboard any
	require.NoError(t, json.Unmarshal(text, &dashboard))
	queries := queriesOf(dashboard)
	require.Greater(t, len(queries), 30)
	p := parser.NewParser(parser.Options{})
	for _, query := range queries {
		_, err := p.ParseExpr(variables.Replace(query))
		assert.NoError(t, err, query)
	}
}

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
