package monitor

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/troupe-mq/troupe/actors"
)

// subsz is the document of /subsz.
type subsz struct {
	head
	indexStats
	Total  int       `json:"total"`
	Offset int       `json:"offset"`
	Limit  int       `json:"limit"`
	Subs   []subInfo `json:"subscriptions_list,omitempty"`
}

// indexStats are the partitions' indexes taken together.
type indexStats struct {
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
func (s *site) indexStats(r *http.Request) (indexStats, error) {
	found, err := s.broker.Partitions(r.Context())
	if err != nil {
		return indexStats{}, err
	}
	st := s.broker.Stats()
	x := indexStats{NumSubs: st.Subscriptions, NumInserts: st.TotalSubscribed}
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

func (s *site) subsz(_ http.ResponseWriter, r *http.Request) (any, error) {
	q, err := parse(r, parseSubsz)
	if err != nil {
		return nil, err
	}
	stats, err := s.indexStats(r)
	if err != nil {
		return nil, err
	}
	out := &subsz{head: s.head(), indexStats: stats, Offset: q.offset, Limit: q.limit}
	ours := q.account == "" || q.account == globalAccount
	var found []actors.SubscriptionReport
	switch {
	case q.test != "":
		found, err = s.broker.Subscribers(r.Context(), q.test)
		if errors.Is(err, actors.ErrSubject) {
			return nil, badRequestError{fmt.Errorf("invalid test subject, must be valid publish subject: %s", q.test)}
		}
		out.Total = len(found)
		from := min(q.offset, len(found))
		found = found[from : from+min(q.limit, len(found)-from)]
	case q.subs && ours:
		found, err = s.broker.Subscriptions(r.Context(), q.offset, q.limit)
		out.Total = stats.NumSubs
	}
	if err != nil {
		return nil, err
	}
	if !q.subs || !ours {
		out.Total, found = 0, nil
	}
	for _, sub := range found {
		out.Subs = append(out.Subs, subscription(sub, globalAccount))
	}
	return out, nil
}
