package monitor

import (
	"net/http"

	"github.com/hashicorp/go-hclog"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/supervisor"
)

// metricsPath is where Prometheus looks unless it is told otherwise.
const metricsPath = "/metrics"

// exposition answers scrapes. Its registry is its own: a program with a broker in
// it may have another, and metrics of other libraries are not the broker's.
type exposition struct{ handler http.Handler }

func newExposition(b *actors.Broker) *exposition {
	registry := prometheus.NewRegistry()
	for _, c := range []prometheus.Collector{
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		&collector{broker: b, wait: scrapeWait},
	} {
		registry.MustRegister(&guarded{c, b})
	}
	log := b.Config().Logger.Named(name).StandardLogger(&hclog.StandardLoggerOptions{ForceLevel: hclog.Debug})
	return &exposition{promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorLog: log, ErrorHandling: promhttp.ContinueOnError})}
}

func (e *exposition) page(w http.ResponseWriter, r *http.Request) (any, error) {
	e.handler.ServeHTTP(w, r)
	return nil, nil
}

// guarded keeps a crash within one collector: the registry runs each on a
// goroutine of its own, where a panic would end the process.
type guarded struct {
	prometheus.Collector

	broker *actors.Broker
}

// Collect leaves out what was still to come when it crashed.
func (g *guarded) Collect(out chan<- prometheus.Metric) {
	defer func() {
		if r := recover(); r != nil {
			crash := supervisor.Caught(r)
			g.broker.Report("monitor/"+name, crash)
			out <- prometheus.NewInvalidMetric(prometheus.NewInvalidDesc(crash), crash)
		}
	}()
	g.Collector.Collect(out)
}
