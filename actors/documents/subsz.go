package documents

import (
	"context"
	"errors"
	"fmt"

	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/report"
)

// Subsz is the document about subscriptions.
type Subsz struct {
	Head
	IndexStats
	Total  int            `json:"total"`
	Offset int            `json:"offset"`
	Limit  int            `json:"limit"`
	Subs   []Subscription `json:"subscriptions_list,omitempty"`
}

// IndexStats are the partitions' indexes taken together.
type IndexStats struct {
	NumSubs    int     `json:"num_subscriptions"`
	NumCache   int     `json:"num_cache"`
	NumInserts uint64  `json:"num_inserts"`
	NumRemoves uint64  `json:"num_removes"`
	NumMatches uint64  `json:"num_matches"`
	HitRate    float64 `json:"cache_hit_rate"`
	MaxFanout  int     `json:"max_fanout"`
	AvgFanout  float64 `json:"avg_fanout"`
}

// indexStats sums up the partitions' indexes of one account, or of all. A
// subscription is not counted there, where a wildcard may live in all of them, but
// where it is owned.
func (m *Maker) indexStats(ctx context.Context, account string) (x IndexStats, err error) {
	st := m.broker.Stats()
	x.NumSubs, x.NumInserts = st.Subscriptions, st.TotalSubscribed
	found, err := m.partitions(ctx, account)
	if err != nil {
		return x, err
	}
	if a := m.account(account); a != nil {
		x.NumSubs, x.NumInserts = a.Subscriptions, 0
		for _, p := range found {
			x.NumInserts += p.Inserts
		}
	}
	x.NumRemoves = x.NumInserts - min(uint64(x.NumSubs), x.NumInserts)
	hits, fanout := uint64(0), 0.0
	for _, p := range found {
		x.NumCache += p.Cached
		x.NumMatches += p.Matches
		x.MaxFanout = max(x.MaxFanout, p.MaxFanout)
		hits += p.Hits
		fanout += p.AvgFanout * float64(p.Cached)
	}
	if x.NumMatches > 0 {
		x.HitRate = float64(hits) / float64(x.NumMatches)
	}
	if x.NumCache > 0 {
		x.AvgFanout = fanout / float64(x.NumCache)
	}
	return x, nil
}

func (m *Maker) partitions(ctx context.Context, account string) ([]report.Partition, error) {
	return m.broker.Partitions(ctx, report.PartitionQuery{Account: account, FanOut: true})
}

// Subsz makes the document. A test subject that is none is a RequestError. An
// account that does not exist has no subscriptions.
func (m *Maker) Subsz(ctx context.Context, o SubszOptions) (*Subsz, error) {
	o = o.page()
	out := &Subsz{Head: m.Head(), Offset: o.Offset, Limit: o.Limit}
	if o.Account != "" && m.account(o.Account) == nil {
		return out, nil
	}
	stats, err := m.indexStats(ctx, o.Account)
	if err != nil {
		return nil, err
	}
	out.IndexStats = stats
	var found []report.Subscription
	switch {
	case o.Test != "":
		found, err = m.broker.Subscribers(ctx, o.Account, o.Test)
		out.Total = len(found)
		from := min(o.Offset, len(found))
		found = found[from : from+min(o.Limit, len(found)-from)]
	case o.Subs:
		found, err = m.broker.Subscriptions(ctx, o.Account, o.Offset, o.Limit)
		out.Total = stats.NumSubs
	}
	if errors.Is(err, client.ErrSubject) {
		return nil, &RequestError{fmt.Errorf("invalid test subject, must be valid publish subject: %s", o.Test)}
	}
	if err != nil {
		return nil, err
	}
	if !o.Subs {
		out.Total = 0
		return out, nil
	}
	for _, sub := range found {
		out.Subs = append(out.Subs, subscription(sub, true))
	}
	return out, nil
}
