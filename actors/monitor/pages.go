package monitor

import (
	"net/http"

	"github.com/troupe-mq/troupe/actors/documents"
)

// The pages that are documents: what is asked for is read from the query, and
// package documents does the rest.

func (s *site) varz(_ http.ResponseWriter, r *http.Request) (any, error) {
	return s.documents.Varz(r.Context()), nil
}

func (s *site) connz(_ http.ResponseWriter, r *http.Request) (any, error) {
	o, err := parse(r, parseConnz)
	if err != nil {
		return nil, err
	}
	return s.documents.Connz(r.Context(), o)
}

func (s *site) subsz(_ http.ResponseWriter, r *http.Request) (any, error) {
	o, err := parse(r, parseSubsz)
	if err != nil {
		return nil, err
	}
	return s.documents.Subsz(r.Context(), o)
}

func (s *site) routez(_ http.ResponseWriter, r *http.Request) (any, error) {
	o, err := parse(r, parseRoutez)
	if err != nil {
		return nil, err
	}
	return s.documents.Routez(r.Context(), o), nil
}

func (s *site) leafz(_ http.ResponseWriter, r *http.Request) (any, error) {
	subs, err := parse(r, parseBool("subs"))
	if err != nil {
		return nil, err
	}
	return s.documents.Leafz(r.Context(), documents.LeafzOptions{Account: r.URL.Query().Get("acc"), Subs: subs}), nil
}

func (s *site) gatewayz(_ http.ResponseWriter, r *http.Request) (any, error) {
	if _, err := parse(r, parseBool("accs")); err != nil {
		return nil, err
	}
	return s.documents.Gatewayz(), nil
}

func (s *site) jsz(_ http.ResponseWriter, r *http.Request) (any, error) {
	o, err := parse(r, parseJsz)
	if err != nil {
		return nil, err
	}
	return s.documents.Jsz(r.Context(), o)
}

func (s *site) raftz(w http.ResponseWriter, _ *http.Request) (any, error) {
	text(w, http.StatusNotFound, "No Raft nodes registered")
	return nil, nil
}

func (s *site) ipqueuesz(http.ResponseWriter, *http.Request) (any, error) { return struct{}{}, nil }

func (s *site) accountz(_ http.ResponseWriter, r *http.Request) (any, error) {
	return s.documents.Accountz(r.Context(), documents.AccountzOptions{Account: r.URL.Query().Get("acc")})
}

func (s *site) accstatz(_ http.ResponseWriter, r *http.Request) (any, error) {
	unused, err := parse(r, parseBool("unused"))
	if err != nil {
		return nil, err
	}
	return s.documents.AccountStatz(documents.AccountStatzOptions{Unused: unused}), nil
}
