package sys

import (
	"context"
	"time"

	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/supervisor"
)

// answerTime is how long the making of one answer may take.
const answerTime = 20 * time.Second

// respond answers one request, if there is an answer.
func (s *service) respond(m *client.Message) {
	ctx, cancel := context.WithTimeout(context.Background(), answerTime)
	defer cancel()
	if u := s.attempt(ctx, &request{subject: m.Subject, body: m.Data, from: m.From}); u != nil {
		s.voice.reply(m, u)
	}
}

// attempt makes an answer. A panic is an error to the one who asks, and an event.
func (s *service) attempt(ctx context.Context, r *request) (u utterance) {
	defer func() {
		if p := recover(); p != nil {
			s.broker.Report(goroutine, supervisor.Caught(p))
			u = failed(codeInternal, "internal error")
		}
	}()
	return s.source.answer(ctx, r)
}
