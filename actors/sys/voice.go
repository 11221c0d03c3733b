package sys

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/report"
)

// voice is how the server speaks in the system account.
type voice struct {
	source *atomic.Pointer[source] // says which server it is
	seq    atomic.Uint64
}

// words are what is said, as it is sent.
func (v *voice) words(u utterance) ([]byte, error) {
	server := v.source.Load().server
	server.Seq, server.Time = v.seq.Add(1), time.Now().UTC()
	u.by(&server)
	return json.Marshal(u)
}

// say publishes.
func (v *voice) say(cl *client.Client, subject string, u utterance) error {
	b, err := v.words(u)
	if err != nil {
		return err
	}
	return cl.Publish(&client.Message{Subject: subject, Data: b})
}

// reply says it to one who has asked, or what is wrong with it. A subject that
// nobody can be answered on is not worth a word.
func (v *voice) reply(m *client.Message, u utterance) {
	b, err := v.words(u)
	if err == nil {
		err = respond(m, u, b)
	}
	if errors.Is(err, client.ErrPayload) {
		v.reply(m, failed(codeInternal, "the answer is larger than max_payload: ask for a smaller limit"))
	}
}

// respond sends an answer, with what its headers say where the broker has headers.
func respond(m *client.Message, u utterance, b []byte) error {
	if headed, is := u.(interface{ header() client.Header }); is && m.Client() != nil {
		err := m.Client().Publish(&client.Message{Subject: m.Reply, Header: headed.header(), Data: b})
		if !errors.Is(err, client.ErrHeader) {
			return err
		}
	}
	return m.Respond(b)
}

// audience knows whether anybody listens, as far as it was asked already.
type audience struct {
	broker  *actors.Broker
	account string
	known   map[string]bool
}

// hears reports whether anybody listens to a subject, in whatever account.
func (a *audience) hears(ctx context.Context, subject string) bool {
	heard, ok := a.known[subject]
	if !ok {
		heard = a.anybody(ctx, a.account, subject)
		places, _ := a.broker.Places(a.account, subject) // a subject that is not valid has none
		heard = heard || slices.ContainsFunc(places, func(p report.Place) bool { return a.anybody(ctx, p.Account, p.Subject) })
		a.known[subject] = heard
	}
	return heard
}

// anybody reports whether anybody listens in one account.
func (a *audience) anybody(ctx context.Context, account, subject string) bool {
	found, err := a.broker.Subscribers(ctx, account, subject)
	return err == nil && len(found) > 0
}
