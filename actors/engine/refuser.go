package engine

import (
	"context"
	"encoding/json"
	"maps"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire/jetstream"
)

// refuser is the actor that tells clients of accounts that may not store that they may not. Without it they would
// be told that nobody is there, and take the whole broker for one without streams.
type refuser struct {
	*Engine
	clients map[string]*client.Client      // by account
	answers map[client.Subscription]string // what they are called
}

// refuserName is that of the actor under actors/.
const refuserName = "engine-refuser"

// refused are the requests that are answered, behind jetstream.API, and what their answers are called, between answerPrefix
// and answerSuffix. They are those that a nats-server answers without streams, too.
var refused = [][2]string{
	{"INFO", "account_info"},
	{"STREAM.CREATE.*", "stream_create"},
	{"STREAM.UPDATE.*", "stream_update"},
	{"STREAM.NAMES", "stream_names"},
	{"STREAM.LIST", "stream_list"},
	{"STREAM.INFO.*", "stream_info"},
	{"STREAM.DELETE.*", "stream_delete"},
	{"STREAM.PURGE.*", "stream_purge"},
	{"STREAM.SNAPSHOT.*", "stream_snapshot"},
	{"STREAM.RESTORE.*", "stream_restore"},
	{"STREAM.MSG.GET.*", "stream_msg_get"},
	{"STREAM.MSG.DELETE.*", "stream_msg_delete"},
	{"CONSUMER.CREATE.>", "consumer_create"},
	{"CONSUMER.DURABLE.CREATE.*.*", "consumer_create"},
	{"CONSUMER.NAMES.*", "consumer_names"},
	{"CONSUMER.LIST.*", "consumer_list"},
	{"CONSUMER.INFO.*.*", "consumer_info"},
	{"CONSUMER.DELETE.*.*", "consumer_delete"},
	{"CONSUMER.PAUSE.*.*", "consumer_pause"},
}

const (
	answerPrefix = "io.nats.jetstream.api.v1."
	answerSuffix = "_response"
)

// refuse starts the refuser. It hears of every other configuration.
func (e *Engine) refuse(ctx context.Context) error {
	pid, err := e.broker.Spawn(ctx, actors.ActorSpec{
		Name: refuserName, Role: name, Policy: policy,
		Produce: func() actor.Actor { return &refuser{Engine: e} },
	})
	if err == nil {
		e.broker.WatchConfiguration(func() { e.broker.System().Root.Send(pid, &follow{}) })
	}
	return err
}

// Receive handles the actor's messages.
func (r *refuser) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		r.clients, r.answers = make(map[string]*client.Client), make(map[client.Subscription]string)
		r.follow(ctx)
	case *follow:
		r.follow(ctx)
	case *client.Message:
		_ = m.Respond(refusal(r.answers[m.Subscription])) // whoever has no reply subject is told nothing
	case *client.Detached:
		r.forget(m.Client())
		r.follow(ctx)
	}
}

// follow has a client in each account that may not store, and in no other.
func (r *refuser) follow(ctx actor.Context) {
	without := r.without()
	for account, c := range r.clients {
		if !without[account] {
			c.Close()
			r.forget(c)
		}
	}
	for account := range without {
		if r.clients[account] == nil {
			r.join(ctx, account)
		}
	}
}

// forget forgets a client that has ended.
func (r *refuser) forget(c *client.Client) {
	delete(r.clients, c.Account())
	maps.DeleteFunc(r.answers, func(s client.Subscription, _ string) bool { return s.Client() == c })
}

// without are the accounts that may not store, and have no streams of another account.
func (r *refuser) without() map[string]bool {
	out := make(map[string]bool)
	stores := r.world().storage
	system := r.broker.Config().SystemAccount
	for _, a := range append(r.broker.AccountsInForce(), access.Account{Name: access.GlobalAccount}) {
		if stores[a.Name] == nil && a.Name != system && a.Name != access.SystemAccount && !importsAPI(a.Imports) {
			out[a.Name] = true
		}
	}
	return out
}

// importsAPI reports whether an account asks another one for its streams.
func importsAPI(imports []access.Import) bool {
	for i := range imports {
		if m := &imports[i]; m.Service != "" && topics.Overlap(m.Local(), jetstream.API+">") {
			return true
		}
	}
	return false
}

// join has a client in an account. One that is not there any more, or has no place, needs none.
func (r *refuser) join(ctx actor.Context, account string) {
	c, err := client.Join(ctx, client.Options{Account: account, Internal: true})
	if err != nil {
		return
	}
	r.clients[account] = c
	for _, what := range refused {
		s, err := c.Subscribe(jetstream.API + what[0])
		if err != nil {
			r.logger.Warn("Requests for streams are not refused", "account", account, "error", err)
			return
		}
		r.answers[s] = what[1]
	}
}

// refusal is an answer of that name to a request about streams, as a nats-server gives it.
func refusal(answer string) []byte {
	var out struct {
		Type  string `json:"type"`
		Error struct {
			Code        int    `json:"code"`
			ErrCode     int    `json:"err_code"`
			Description string `json:"description"`
		} `json:"error"`
	}
	out.Type = answerPrefix + answer + answerSuffix
	out.Error.Code, out.Error.ErrCode, out.Error.Description = 503, 10039, "JetStream not enabled for account"
	text, _ := json.Marshal(&out)
	return text
}
