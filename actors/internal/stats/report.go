package stats

import "github.com/troupe-mq/troupe/actors/report"

// Report is what the counters say; the rest of the Stats is left open.
func (c *Counters) Report() report.Stats {
	servers := &c.Servers
	linksIn, linksOut := servers.InMessages.Load(), servers.OutMessages.Load() // before what they are a part of
	linksInBytes, linksOutBytes := servers.InBytes.Load(), servers.OutBytes.Load()
	return report.Stats{
		Connections:      int(max(c.Connections.Load(), 0)),
		TotalConnections: c.Total.Load(),
		Subscriptions:    int(max(c.Subscriptions.Load(), 0)),
		TotalSubscribed:  c.Subscribed.Load(),
		InMessages:       NotNegative(c.InMessages.Load() - c.Internal.InMessages.Load()),
		InBytes:          NotNegative(c.InBytes.Load() - c.Internal.InBytes.Load()),
		OutMessages:      NotNegative(c.OutMessages.Load() - c.Internal.OutMessages.Load()),
		OutBytes:         NotNegative(c.OutBytes.Load() - c.Internal.OutBytes.Load()),
		LinksInMessages:  linksIn,
		LinksInBytes:     linksInBytes,
		LinksOutMessages: linksOut,
		LinksOutBytes:    linksOutBytes,
		SlowConsumers:    c.SlowConsumers.Load(),
		StaleConnections: c.Stale.Load(),
		Ledger:           c.Ledger(),
	}
}

// NotNegative is a difference of counters that were read one after the other.
func NotNegative(n uint64) uint64 { return uint64(max(int64(n), 0)) }
