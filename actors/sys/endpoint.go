package sys

import (
	"cmp"
	"context"

	"github.com/troupe-mq/troupe/actors/documents"
)

// endpoint answers one topic. A nil answer is silence.
type endpoint func(ctx context.Context, s *source, r *request) utterance

// source is what answers are made from.
type source struct {
	server        Server // but for its Seq and Time
	systemAccount string
	documents     *documents.Maker
	control       control
	count         func(ctx context.Context, account, pattern, queue string) (n, silent int, err error)
}

// control is what can be done to the broker, and what only it can tell. What is
// nil is refused.
type control struct {
	kick, lameDuck func(ctx context.Context, cid uint64) error
	reload         func() error
}

// answer is what the request gets, nil for nothing.
func (s *source) answer(ctx context.Context, r *request) utterance {
	if !r.route(s.server.ID) || !r.allowed(s.systemAccount) {
		return nil
	}
	return r.endpoint(ctx, s, r)
}

// about is an endpoint that is asked with options O, which the filter of servers
// stands beside.
func about[O any](answers func(ctx context.Context, s *source, r *request, o O) utterance) endpoint {
	return func(ctx context.Context, s *source, r *request) utterance {
		var f filter
		var o O
		if err := cmp.Or(r.options(&f), r.options(&o)); err != nil {
			return failed(codeBadRequest, err.Error())
		}
		if !f.admits(&s.server) {
			return nil
		}
		return answers(ctx, s, r, o)
	}
}

// plain are the options of a document that has none.
type plain struct{}

// data makes an answer of a document that can fail.
func data[D any](document D, err error) utterance {
	if err != nil {
		return failed(codeInternal, err.Error())
	}
	return &answer{Data: document}
}

// document is an endpoint that needs nothing but the maker of documents.
func document(make func(m *documents.Maker) any) endpoint {
	return about(func(_ context.Context, s *source, _ *request, _ plain) utterance {
		return &answer{Data: make(s.documents)}
	})
}

// serverTopics are what one server is asked, or all of them.
var serverTopics = map[string]endpoint{
	"IDZ": aboutIdentity,
	"STATSZ": about(func(ctx context.Context, s *source, _ *request, _ plain) utterance {
		return &answer{Statsz: s.documents.Statsz(ctx)}
	}),
	"VARZ": about(func(ctx context.Context, s *source, _ *request, _ plain) utterance {
		return &answer{Data: s.documents.Varz(ctx)}
	}),
	"CONNZ": about(connections),
	"SUBSZ": about(func(ctx context.Context, s *source, _ *request, o documents.SubszOptions) utterance {
		return data(s.documents.Subsz(ctx, o))
	}),
	"ROUTEZ": about(func(ctx context.Context, s *source, _ *request, o documents.RoutezOptions) utterance {
		return &answer{Data: s.documents.Routez(ctx, o)}
	}),
	"GATEWAYZ": document(func(m *documents.Maker) any { return m.Gatewayz() }),
	"LEAFZ": about(func(ctx context.Context, s *source, _ *request, o documents.LeafzOptions) utterance {
		return &answer{Data: s.documents.Leafz(ctx, o)}
	}),
	"JSZ": about(func(ctx context.Context, s *source, _ *request, o documents.JszOptions) utterance {
		return data(s.documents.Jsz(ctx, o))
	}),
	"ACCOUNTZ": about(func(ctx context.Context, s *source, _ *request, o documents.AccountzOptions) utterance {
		return data(s.documents.Accountz(ctx, o))
	}),
	"HEALTHZ":   about(health),
	"EXPVARZ":   document(func(m *documents.Maker) any { return m.Expvarz() }),
	"IPQUEUESZ": document(func(*documents.Maker) any { return plain{} }),
	"RAFTZ":     document(func(*documents.Maker) any { return plain{} }),
	"PROFILEZ": about(func(ctx context.Context, s *source, _ *request, o documents.ProfilezOptions) utterance {
		return &answer{Data: s.documents.Profilez(ctx, o)}
	}),
}

// identity is how a server is called.
type identity struct {
	Name string `json:"name"`
	Host string `json:"host"`
	ID   string `json:"id"`
}

func (i *identity) by(s *Server) { i.Name, i.Host, i.ID = s.Name, s.Host, s.ID }

// aboutIdentity is asked of all servers, whatever stands in the request.
func aboutIdentity(context.Context, *source, *request) utterance { return new(identity) }

func connections(ctx context.Context, s *source, r *request, o documents.ConnzOptions) utterance {
	if r.account != "" {
		o.Account = r.account
	}
	return data(s.documents.Connz(ctx, o))
}

// healthy is the document about health with what HTTP says by its status.
type healthy struct {
	*documents.Healthz
	StatusCode int `json:"status_code"`
}

func health(ctx context.Context, s *source, _ *request, o documents.HealthzOptions) utterance {
	h := s.documents.Healthz(ctx, o)
	return &answer{Data: healthy{Healthz: h, StatusCode: h.Code}}
}
