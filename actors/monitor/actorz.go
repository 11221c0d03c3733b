package monitor

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/troupe-mq/troupe/actors/documents"
	"github.com/troupe-mq/troupe/actors/oneline"
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
	asText, err := parse(r, parseFormat)
	if err != nil {
		return nil, err
	}
	tree, err := s.broker.Tree(limit)
	if err != nil {
		return nil, err
	}
	if asText {
		beginText(w)
		supervisor.Draw(w, tree)
		return nil, nil
	}
	return &actorz{Head: s.documents.Head(), Tree: tree}, nil
}

type supervisionz struct {
	documents.Head
	Events []supervisor.Event `json:"events"`
}

// supervisionz is what failed and what was decided about it, newest first, as JSON or,
// with format=text, a line each and the calls of its stack below.
func (s *site) supervisionz(w http.ResponseWriter, r *http.Request) (any, error) {
	limit, err := parse(r, func(v url.Values) (int, error) { return bounded(v, shownEvents, mostEvents) })
	if err != nil {
		return nil, err
	}
	asText, err := parse(r, parseFormat)
	if err != nil {
		return nil, err
	}
	events, err := s.broker.History(r.Context(), limit)
	if err != nil {
		return nil, err
	}
	if asText {
		beginText(w)
		for _, e := range events {
			fmt.Fprintf(w, "%s  %s\n", e.Time.UTC().Format("2006-01-02T15:04:05.000Z"), e)
			for _, call := range e.Stack {
				fmt.Fprintf(w, "    at %s\n", oneline.Text(call))
			}
		}
		return nil, nil
	}
	return &supervisionz{Head: s.documents.Head(), Events: events}, nil
}

// beginText begins an answer that is text for people.
func beginText(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
}
