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

// respond answers one request, if there is an answer. What is to be counted elsewhere as well is passed on.
func (s *service) respond(m *client.Message, passOn func(*partly)) {
	ctx, cancel := context.WithTimeout(context.Background(), answerTime)
	defer cancel()
	r := &request{subject: m.Subject, body: m.Data, from: m.From, in: m.Client().Account()}
	if s.goesOn(r) {
		return
	}
	u := s.attempt(ctx, r)
	if here, is := u.(*counted); is && r.subject == subscribers {
		if others := s.others(); others > 0 {
			passOn(&partly{m, here, others})
			return
		}
	}
	if u != nil {
		s.voice.reply(m, u)
	}
}

// others is how many other servers the cluster has now.
func (s *service) others() int {
	if c := s.broker.ClusterState(); c != nil {
		_, n := c.Count()
		return n
	}
	return 0
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
