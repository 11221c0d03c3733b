package sys

import (
	"context"
	"slices"
	"time"

	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// answerTime is how long the making of one answer may take.
const answerTime = 20 * time.Second

// respond answers one request, if there is an answer.
func (s *service) respond(m *client.Message) {
	ctx, cancel := context.WithTimeout(context.Background(), answerTime)
	defer cancel()
	r := &request{subject: m.Subject, body: m.Data, from: m.From, in: m.Client().Account()}
	if s.goesOn(r) {
		return
	}
	if u := s.attempt(ctx, r); u != nil {
		s.voice.reply(m, u)
	}
}

// goesOn reports whether a request in some account is one to the system account as well, which that account
// imports it from: it is answered there.
func (s *service) goesOn(r *request) bool {
	if r.in == s.source.Load().systemAccount {
		return false
	}
	places, _ := s.broker.Places(r.in, r.subject) // an account that is gone has none
	return slices.ContainsFunc(places, func(p report.Place) bool { return p.Account == s.source.Load().systemAccount })
}

// attempt makes an answer. A panic is an error to the one who asks, and an event.
func (s *service) attempt(ctx context.Context, r *request) (u utterance) {
	defer func() {
		if p := recover(); p != nil {
			s.broker.Report(goroutine, supervisor.Caught(p))
			u = failed(codeInternal, "internal error")
		}
	}()
	return s.source.Load().answer(ctx, r)
}
