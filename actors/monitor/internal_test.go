package monitor

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/documents"
	"github.com/troupe-mq/troupe/actors/front"
)

func start(t *testing.T) *Server {
	t.Helper()
	return startWith(t, Config{})
}

func startWith(t *testing.T, c Config) *Server {
	t.Helper()
	b, err := actors.Start(t.Context(), actors.Config{NoListen: true})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = b.Stop(ctx)
	})
	c.Host, c.Port = "127.0.0.1", -1
	s, err := Start(b, c)
	require.NoError(t, err)
	return s
}

func get(t *testing.T, s *Server, path string) (int, string) {
	t.Helper()
	r, err := http.Get("http://" + s.Addr().String() + path)
	require.NoError(t, err)
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return r.StatusCode, string(b)
}

func TestPanickingHandlerHarmsNobody(t *testing.T) {
	s := start(t)
	s.site.pages["/panic"] = offer{func(w http.ResponseWriter, _ *http.Request) (any, error) {
		text(w, http.StatusOK, "it begins well")
		panic("boom")
	}, s.site.sums}
	s.site.counts["/panic"] = s.site.counts["/varz"]
	for range 3 * atOnce { // each gives its place back
		status, body := get(t, s, "/panic")
		assert.Equal(t, http.StatusInternalServerError, status)
		assert.Equal(t, "internal error", body)
	}
	status, _ := get(t, s, "/varz")
	assert.Equal(t, http.StatusOK, status)
	_, body := get(t, s, "/supervisionz?limit=1")
	assert.Contains(t, body, "boom")
	assert.Contains(t, body, "troupe/monitor/http")
}

// takeAll takes all places, by two addresses: one never has all of them.
func takeAll(t *testing.T, places *front.Places, all int) {
	t.Helper()
	for i := range all {
		_, err := places.Enter(t.Context(), netip.AddrFrom4([4]byte{10, 0, 0, byte(i % 2)}))
		require.NoError(t, err)
	}
}

func TestOnlySoManyAtATime(t *testing.T) {
	s := start(t)
	takeAll(t, s.site.lists, listsAtOnce())
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // the client has hung up: nobody is asked for it
	w := httptest.NewRecorder()
	s.site.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/connz", nil))
	assert.Equal(t, http.StatusServiceUnavailable, w.Code)
}

// Whoever wants to know whether all is well waits for nobody.
func TestShortAnswersNeedNoPlace(t *testing.T) {
	s := startWith(t, Config{Lab: true})
	takeAll(t, s.site.sums, atOnce)
	takeAll(t, s.site.lists, listsAtOnce())
	takeAll(t, s.site.faults, atOnce)
	for _, path := range []string{"/healthz", "/", "/routez", "/leafz", "/gatewayz", "/jsz"} {
		status, _ := get(t, s, path)
		assert.Equal(t, http.StatusOK, status, path)
	}
}

// The numbers have other places than the lists.
func TestNumbersDoNotWaitForLists(t *testing.T) {
	s := start(t)
	takeAll(t, s.site.lists, listsAtOnce())
	for _, path := range []string{"/varz", "/accountz", "/accstatz", "/debug/vars"} {
		status, _ := get(t, s, path)
		assert.Equal(t, http.StatusOK, status, path)
	}
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{
		"", "sort=rtt&subs=detail&limit=5", "offset=9223372036854775807&limit=9223372036854775807", "limit=-1&offset=-1",
		"state=closed&sort=reason&auth=1", "cid=18446744073709551616", "%zz&&=;", "test=a.*.b&acc=$G&subs=t",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		v, _ := url.ParseQuery(query)
		if o, err := parseConnz(v); err == nil {
			require.Contains(t, []documents.ConnState{documents.Open, documents.Closed, documents.All}, o.State)
		}
		_, _ = parseSubsz(v)
		if n, err := bounded(v, 20, 100); err == nil {
			require.Positive(t, n)
			require.LessOrEqual(t, n, 100)
		}
	})
}

// brokenCollector is one with a mistake.
type brokenCollector struct{ prometheus.Collector }

func (brokenCollector) Collect(chan<- prometheus.Metric) { panic("boom") }

// A collector that crashes takes neither the process with it nor the others.
func TestPanickingCollectorHarmsNobody(t *testing.T) {
	s := start(t)
	registry := prometheus.NewRegistry()
	c := &collector{broker: s.site.broker, wait: scrapeWait}
	registry.MustRegister(&guarded{c, s.site.broker}, &guarded{brokenCollector{prometheus.NewGauge(prometheus.GaugeOpts{Name: "x"})}, s.site.broker})
	found, err := registry.Gather()
	require.ErrorContains(t, err, "boom")
	assert.Greater(t, len(found), 20)
	_, body := get(t, s, "/supervisionz?limit=1")
	assert.Contains(t, body, "boom")
}

// A partition that hangs is counted as silent, and holds no scrape up.
func TestMetricsOfAPartitionThatHangs(t *testing.T) {
	s := start(t)
	registry := prometheus.NewRegistry()
	registry.MustRegister(&collector{broker: s.site.broker, wait: 5 * time.Millisecond})
	go func() {
		_, _ = s.site.broker.Inject(context.Background(), actors.Fault{Target: "partitions/part-0", Kind: actors.FaultStall, For: 500 * time.Millisecond}) // the broker may stop first
	}()
	require.Eventually(t, func() bool {
		families, err := registry.Gather()
		i := slices.IndexFunc(families, func(f *dto.MetricFamily) bool { return f.GetName() == "troupe_partitions_silent" })
		return err == nil && i >= 0 && families[i].GetMetric()[0].GetGauge().GetValue() > 0
	}, time.Minute, time.Millisecond)
}
