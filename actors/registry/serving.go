package registry

import (
	"context"
	"strings"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/supervisor"
)

// name is that of the actor, under actors/ in the tree.
const name = "registry"

// policy: without the actor accounts stay as they are, so it is started again for ever.
var policy = supervisor.Policy{
	Kind:      supervisor.Permanent,
	Intensity: -1,
	Backoff:   supervisor.Backoff{Min: 100 * time.Millisecond, Max: 10 * time.Second, Jitter: 0.1},
}

// Serve starts the actor that answers in the system account.
func (r *Registry) Serve(ctx context.Context, b *actors.Broker) error {
	r.broker = b
	pid, err := b.Spawn(ctx, actors.ActorSpec{
		Name: name, Role: "accounts", Policy: policy,
		Produce: func() actor.Actor { return &serving{Registry: r, open: make(map[uint64]chan<- string)} },
	})
	if err == nil {
		r.actor.Store(&address{b.System(), pid})
		b.WatchConfiguration(func() { b.System().Root.Send(pid, &reloaded{}) })
	}
	return err
}

// serving is the actor. Requests are answered one after the other, on a goroutine.
type serving struct {
	*Registry
	client  *client.Client
	waiting []*client.Message
	busy    bool
	open    map[uint64]chan<- string // questions to others
}

// mayWait is how many requests are kept; those beyond are not answered.
const mayWait = 4096

// What the actor is told.
type (
	served   struct{} // a request is answered
	reloaded struct{} // the system account may be another
	look     struct { // ask others for an account
		account string
		wait    time.Duration
		answer  chan<- string // has room
	}
)

// IgnoreDeadLetterLogging: the actor may have stopped meanwhile.
func (*served) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*reloaded) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*look) IgnoreDeadLetterLogging() {}

// subjects are what the registry answers.
func (r *Registry) subjects() []string {
	all := []string{"$SYS.ACCOUNT.*.CLAIMS.UPDATE", "$SYS.REQ.ACCOUNT.*.CLAIMS.UPDATE"}
	if r.dir != nil {
		all = append(all, updateSubject, listSubject, deleteSubject)
	}
	if r.config.Type == Full {
		all = append(all, packSubject, "$SYS.REQ.ACCOUNT.*.CLAIMS.LOOKUP")
	}
	return all
}

// Receive handles the actor's messages.
func (s *serving) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		s.start(ctx)
	case *client.Message:
		if len(s.waiting) < mayWait {
			s.waiting = append(s.waiting, m)
		}
		s.next(ctx)
	case *served:
		s.busy = false
		s.next(ctx)
	case *look:
		s.look(m)
	case *client.Response:
		s.answered(m)
	case *reloaded:
		if s.client.Account() != s.broker.Config().SystemAccount {
			s.client.Close()
			s.start(ctx)
		}
	case *client.Detached:
		if m.Client() == s.client {
			panic(supervisor.Fail(client.ErrDetached))
		}
	}
}

func (s *serving) start(ctx actor.Context) {
	c, err := client.Join(ctx, client.Options{Account: s.broker.Config().SystemAccount, Name: name, Internal: true, NoEcho: true})
	if err != nil {
		panic(supervisor.Fail(err))
	}
	for _, subject := range s.subjects() {
		if subject == packSubject {
			_, err = c.QueueSubscribe(subject, "responder")
		} else {
			_, err = c.Subscribe(subject)
		}
		if err != nil {
			panic(supervisor.Fail(err))
		}
	}
	s.client = c
}

// next begins with a request if none is under way.
func (s *serving) next(ctx actor.Context) {
	if s.busy || len(s.waiting) == 0 {
		return
	}
	m := s.waiting[0]
	s.waiting, s.busy = s.waiting[1:], true
	root, self := ctx.ActorSystem().Root, ctx.Self()
	supervisor.Go(s.broker.Report, "actors/"+name, func() {
		defer root.Send(self, &served{})
		s.serve(m)
	})
}

// look asks others in the system account.
func (s *serving) look(m *look) {
	subject := "$SYS.REQ.ACCOUNT." + m.account + ".CLAIMS.LOOKUP"
	id, err := s.client.Request(&client.Message{Subject: subject}, m.wait)
	if err != nil {
		m.answer <- ""
		return
	}
	s.open[id] = m.answer
}

func (s *serving) answered(m *client.Response) {
	answer := s.open[m.ID]
	delete(s.open, m.ID)
	switch {
	case answer == nil:
	case m.Err != nil:
		answer <- ""
	default:
		answer <- strings.TrimSpace(string(m.Message.Data))
	}
}

// askOthers has the actor ask for an account.
func (r *Registry) askOthers(ctx context.Context, account string) (string, error) {
	at := r.actor.Load()
	if at == nil {
		return "", errNotFound
	}
	answer := make(chan string, 1)
	at.system.Root.Send(at.pid, &look{account, r.config.Timeout, answer})
	ctx, cancel := context.WithTimeout(ctx, r.config.Timeout)
	defer cancel()
	select {
	case token := <-answer:
		if token == "" {
			return "", errNotFound
		}
		return token, nil
	case <-ctx.Done():
		return "", errNotFound
	}
}
