package monitor

import (
	"net/http"
	"net/url"

	"github.com/troupe-mq/troupe/actors/documents"
	"github.com/troupe-mq/troupe/supervisor"
)

// How much of the tree and of the history is shown when nothing else is said,
// and at most.
const (
	shownChildren = 20
	mostChildren  = 4096
	shownEvents   = 100
	mostEvents    = 10_000
)

type actorz struct {
	documents.Head
	Tree supervisor.Node `json:"tree"`
}

// actorz is the tree of actors, as JSON or, with format=text, drawn.
func (s *site) actorz(w http.ResponseWriter, r *http.Request) (any, error) {
	limit, err := parse(r, func(v url.Values) (int, error) { return bounded(v, shownChildren, mostChildren) })
	if err != nil {
		return nil, err
	}
	tree, err := s.broker.Tree(limit)
	if err != nil {
		return nil, err
	}
	if r.URL.Query().Get("format") == "text" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		supervisor.Draw(w, tree)
		return nil, nil
	}
	return &actorz{Head: s.documents.Head(), Tree: tree}, nil
}

type supervisionz struct {
	documents.Head
	Events []supervisor.Event `json:"events"`
}

// supervisionz is what failed and what was decided about it, newest first.
func (s *site) supervisionz(_ http.ResponseWriter, r *http.Request) (any, error) {
	limit, err := parse(r, func(v url.Values) (int, error) { return bounded(v, shownEvents, mostEvents) })
	if err != nil {
		return nil, err
	}
	events, err := s.broker.History(r.Context(), limit)
	if err != nil {
		return nil, err
	}
	return &supervisionz{Head: s.documents.Head(), Events: events}, nil
}
