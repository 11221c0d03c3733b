package monitor

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

// numbers are what the broker counts, and what bounds it.
type numbers struct {
	report.Stats

	limits actors.Config
}

// scalar is a metric without labels.
type scalar struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(n *numbers) float64
}

func counter(name, help string, value func(n *numbers) uint64) scalar {
	return scalar{describe(name, help), prometheus.CounterValue, func(n *numbers) float64 { return float64(value(n)) }}
}

func gauge(name, help string, value func(n *numbers) float64) scalar {
	return scalar{describe(name, help), prometheus.GaugeValue, value}
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("troupe_"+name, help, labels, nil)
}

var scalars = []scalar{
	gauge("start_time_seconds", "When the broker was started, since the epoch.", func(n *numbers) float64 { return float64(n.Start.UnixNano()) / 1e9 }),

	gauge("connections", "Clients that are connected.", func(n *numbers) float64 { return float64(n.Connections) }),
	gauge("connections_limit", "Most clients at a time.", func(n *numbers) float64 { return float64(max(n.limits.MaxConnections, 0)) }),
	counter("connections_accepted_total", "Clients that have connected.", func(n *numbers) uint64 { return n.TotalConnections }),
	counter("slow_consumers_total", "Clients that were evicted because they did not read fast enough.", func(n *numbers) uint64 { return n.SlowConsumers }),
	counter("stale_connections_total", "Clients that were closed because they did not answer.", func(n *numbers) uint64 { return n.StaleConnections }),
	gauge("subscriptions", "Subscriptions of all clients.", func(n *numbers) float64 { return float64(n.Subscriptions) }),
	counter("subscriptions_made_total", "Subscriptions that clients have made.", func(n *numbers) uint64 { return n.TotalSubscribed }),

	gauge("actors_given_up", "Actors and taps that were to be kept running, and have failed too often.", func(n *numbers) float64 { return float64(n.GivenUp) }),

	counter("messages_received_total", "Messages that clients have published.", func(n *numbers) uint64 { return n.Ledger.In }),
	counter("messages_received_bytes_total", "Payload of these, headers included.", func(n *numbers) uint64 { return n.InBytes }),
	counter("messages_routed_total", "Messages that somebody got.", func(n *numbers) uint64 { return n.Ledger.Routed }),
	counter("messages_no_interest_total", "Messages that nobody wanted.", func(n *numbers) uint64 { return n.Ledger.NoInterest }),
	counter("messages_refused_total", "Messages that were not permitted, or cut short by a crash.", func(n *numbers) uint64 { return n.Ledger.Refused }),
	counter("messages_sent_total", "Messages for clients.", func(n *numbers) uint64 { return n.OutMessages }),
	counter("messages_sent_bytes_total", "Payload of these, headers included.", func(n *numbers) uint64 { return n.OutBytes }),

	counter("copies_made_total", "Copies of messages, one for each subscription that a message went to.", func(n *numbers) uint64 { return n.Ledger.Copies }),
	counter("copies_delivered_total", "Copies that were written to their client's transport.", func(n *numbers) uint64 { return n.Ledger.Delivered }),
	gauge("copies_waiting", "Copies on their way.", func(n *numbers) float64 { return float64(n.Ledger.Waiting) }),

	gauge("parked_connections", "Connections that wait without a goroutine.", func(n *numbers) float64 { return float64(n.Parked) }),
	gauge("outbound_bytes", "Memory of all outgoing queues.", func(n *numbers) float64 { return float64(n.OutboundBytes) }),
	gauge("outbound_limit_bytes", "Most that all outgoing queues may take.", func(n *numbers) float64 { return float64(n.limits.OutboundBudget) }),
	gauge("inbound_bytes", "Memory of messages that have come in in part.", func(n *numbers) float64 { return float64(n.InboundBytes) }),
	gauge("inbound_limit_bytes", "Most that these may take.", func(n *numbers) float64 { return float64(n.limits.InboundBudget) }),
}

var (
	infoDesc    = describe("info", "Which broker this is.", "version", "nats_version", "server_id", "server_name")
	droppedDesc = describe("copies_dropped_total", "Copies that were discarded.", "reason")

	actorsDesc   = describe("actors", "Actors.", "role", "state")
	restartsDesc = describe("actor_restarts_total", "Restarts of actors that are there.", "role")
	failuresDesc = describe("actor_failures_total", "Failures of actors and goroutines, whatever was decided about them.", "role")
	depthDesc    = describe("mailbox_messages", "Messages in the mailboxes of actors other than connections.", "role")
	oldestDesc   = describe("mailbox_oldest_seconds", "The longest that one of these has waited.", "role")

	silentDesc   = describe("partitions_silent", "Partitions that did not answer the scrape.")
	indexDesc    = describe("partition_subscriptions", "Subscriptions in a partition; one with a wildcard in its first two tokens is in each.", "partition")
	cachedDesc   = describe("partition_cache_entries", "Subjects whose subscribers a partition remembers.", "partition")
	matchesDesc  = describe("partition_matches_total", "Subjects that a partition was asked about.", "partition")
	hitsDesc     = describe("partition_cache_hits_total", "Subjects that it remembered.", "partition")
	insertsDesc  = describe("partition_inserts_total", "Subscriptions that a partition has taken.", "partition")
	removalsDesc = describe("partition_removals_total", "Subscriptions that a partition has given up.", "partition")

	tapWaitingDesc = describe("tap_records", "Records that a tap has not taken.", "tap")
	tapBytesDesc   = describe("tap_bytes", "Memory of these.", "tap")
	tapTakenDesc   = describe("tap_records_taken_total", "Records that a tap has taken.", "tap")
	tapLostDesc    = describe("tap_records_lost_total", "Records that a tap was to have and has not got.", "tap")
	tapStuckDesc   = describe("tap_stuck", "1 if a tap takes nothing although there is something.", "tap")
	tapOffDesc     = describe("tap_left_off", "1 if a tap is told nothing any more.", "tap")

	labelledOfOurs = []*prometheus.Desc{
		infoDesc, droppedDesc, actorsDesc, restartsDesc, failuresDesc, depthDesc, oldestDesc,
		tapWaitingDesc, tapBytesDesc, tapTakenDesc, tapLostDesc, tapStuckDesc, tapOffDesc,
		silentDesc, indexDesc, cachedDesc, matchesDesc, hitsDesc, insertsDesc, removalsDesc,
	}
)
