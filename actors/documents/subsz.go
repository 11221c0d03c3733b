package documents

import (
	"context"
	"errors"
	"fmt"

	"github.com/troupe-mq/troupe/actors"
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

// indexStats sums the partitions up. Subscriptions are not counted there, where a
// wildcard may live in all of them, but where they are owned.
func (m *Maker) indexStats(ctx context.Context) (IndexStats, error) {
	found, err := m.broker.Partitions(ctx)
	if err != nil {
		return IndexStats{}, err
	}
	st := m.broker.Stats()
	x := IndexStats{NumSubs: st.Subscriptions, NumInserts: st.TotalSubscribed}
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

// Subsz makes the document. A test subject that is none is a RequestError.
func (m *Maker) Subsz(ctx context.Context, o SubszOptions) (*Subsz, error) {
	o = o.page()
	stats, err := m.indexStats(ctx)
	if err != nil {
		return nil, err
	}
	out := &Subsz{Head: m.Head(), IndexStats: stats, Offset: o.Offset, Limit: o.Limit}
	ours := o.Account == "" || o.Account == globalAccount
	var found []actors.SubscriptionReport
	switch {
	case o.Test != "":
		found, err = m.broker.Subscribers(ctx, o.Test)
		if errors.Is(err, actors.ErrSubject) {
			return nil, &RequestError{fmt.Errorf("invalid test subject, must be valid publish subject: %s", o.Test)}
		}
		out.Total = len(found)
		from := min(o.Offset, len(found))
		found = found[from : from+min(o.Limit, len(found)-from)]
	case o.Subs && ours:
		found, err = m.broker.Subscriptions(ctx, o.Offset, o.Limit)
		out.Total = stats.NumSubs
	}
	if err != nil {
		return nil, err
	}
	if !o.Subs || !ours {
		out.Total, found = 0, nil
	}
	for _, sub := range found {
		out.Subs = append(out.Subs, subscription(sub, globalAccount))
	}
	return out, nil
}
