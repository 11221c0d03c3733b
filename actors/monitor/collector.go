package monitor

import (
	"context"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/documents"
	"github.com/troupe-mq/troupe/actors/report"
)

// collector asks the broker when it is scraped. What does not answer is left out.
// No label is up to a client, so that there are as many series as there are parts
// of the broker.
type collector struct {
	broker *actors.Broker
	wait   time.Duration // for all partitions
}

const scrapeWait = time.Second

// Describe lists all metrics.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, m := range scalars {
		out <- m.desc
	}
	for _, d := range labelledOfOurs {
		out <- d
	}
}

// Collect asks for all of them.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	n := &numbers{c.broker.Stats(), c.broker.Config()}
	for _, m := range scalars {
		out <- prometheus.MustNewConstMetric(m.desc, m.kind, m.value(n))
	}
	out <- prometheus.MustNewConstMetric(infoDesc, prometheus.GaugeValue, 1,
		n.limits.Version, actors.ProtocolVersion, c.broker.ServerID(), n.limits.ServerName)
	for why, copies := range n.Ledger.Dropped {
		out <- prometheus.MustNewConstMetric(droppedDesc, prometheus.CounterValue, float64(copies), why)
	}
	for role, failed := range n.Failures {
		out <- prometheus.MustNewConstMetric(failuresDesc, prometheus.CounterValue, float64(failed), role)
	}
	c.taps(out)
	c.partitions(out, n.limits.Partitions)
	c.tree(out)
}

func (c *collector) taps(out chan<- prometheus.Metric) {
	truth := map[bool]float64{true: 1}
	for _, t := range c.broker.Taps() {
		send := func(d *prometheus.Desc, kind prometheus.ValueType, v float64) {
			out <- prometheus.MustNewConstMetric(d, kind, v, t.Name)
		}
		send(tapWaitingDesc, prometheus.GaugeValue, float64(t.Records))
		send(tapBytesDesc, prometheus.GaugeValue, float64(t.Bytes))
		send(tapTakenDesc, prometheus.CounterValue, float64(t.Taken))
		send(tapLostDesc, prometheus.CounterValue, float64(t.Lost))
		send(tapStuckDesc, prometheus.GaugeValue, truth[t.Stuck])
		send(tapOffDesc, prometheus.GaugeValue, truth[t.LeftOff != ""])
	}
}

func (c *collector) partitions(out chan<- prometheus.Metric, all int) {
	ctx, cancel := context.WithTimeout(context.Background(), c.wait)
	defer cancel()
	found, err := c.broker.Partitions(ctx, report.PartitionQuery{})
	if err != nil {
		return // the broker has stopped
	}
	out <- prometheus.MustNewConstMetric(silentDesc, prometheus.GaugeValue, float64(all-len(found)))
	for _, p := range found {
		send := func(d *prometheus.Desc, kind prometheus.ValueType, v float64) {
			out <- prometheus.MustNewConstMetric(d, kind, v, p.Name)
		}
		send(indexDesc, prometheus.GaugeValue, float64(p.Subscriptions))
		send(cachedDesc, prometheus.GaugeValue, float64(p.Cached))
		send(matchesDesc, prometheus.CounterValue, float64(p.Matches))
		send(hitsDesc, prometheus.CounterValue, float64(p.Hits))
		send(insertsDesc, prometheus.CounterValue, float64(p.Inserts))
		send(removalsDesc, prometheus.CounterValue, float64(p.Removes))
	}
}

func (c *collector) tree(out chan<- prometheus.Metric) {
	root, err := c.broker.Tree(documents.CountedChildren)
	if err != nil {
		return // nothing is known about any actor
	}
	t := tally{}
	t.add(root)
	for role, n := range t {
		for state, actors := range n.states {
			out <- prometheus.MustNewConstMetric(actorsDesc, prometheus.GaugeValue, float64(actors), role, strings.ReplaceAll(string(state), " ", "_"))
		}
		out <- prometheus.MustNewConstMetric(restartsDesc, prometheus.CounterValue, float64(n.restarts), role)
		if role != connectionRole {
			out <- prometheus.MustNewConstMetric(depthDesc, prometheus.GaugeValue, float64(n.depth), role)
			out <- prometheus.MustNewConstMetric(oldestDesc, prometheus.GaugeValue, n.oldest.Seconds(), role)
		}
	}
}
