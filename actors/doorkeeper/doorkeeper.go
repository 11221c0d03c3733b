package doorkeeper

import (
	"fmt"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/nats-io/jwt/v2"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/access/callout"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/supervisor"
)

// Config is what a doorkeeper knows.
type Config struct {
	// Service is by which keys it signs and reads.
	Service callout.Service
	// User is as whom it joins, one of the users of Config.AuthCallout. Account is the account
	// to join in, if the user is not enough to tell.
	User, Account string
	// Judge says who somebody is: claims without a key, with a Name, permissions and limits,
	// and without an operator the account as Audience. An error refuses; its text is for the
	// broker's log. It is called on goroutines, as many at a time as AtOnce.
	Judge func(q *jwt.AuthorizationRequestClaims) (*jwt.UserClaims, error)
	// AtOnce is how many judgements there may be at a time. Default 16.
	AtOnce int
	// Report is told of a judgement that has panicked, as Broker.Report is. Nil: slog's default logger.
	Report supervisor.Report
}

const (
	defaultAtOnce = 16
	mayWait       = 4096
)

// doorkeeper is the actor.
type doorkeeper struct {
	Config
	waiting []*client.Message
	busy    int
}

// New produces a doorkeeper, for actors.ActorSpec.
func New(c Config) actor.Producer {
	if c.AtOnce <= 0 {
		c.AtOnce = defaultAtOnce
	}
	return func() actor.Actor { return &doorkeeper{Config: c} }
}

// judged is told to the actor when a judgement is over.
type judged struct{}

// IgnoreDeadLetterLogging: the actor may have stopped meanwhile.
func (*judged) IgnoreDeadLetterLogging() {}

// Receive handles the actor's messages.
func (d *doorkeeper) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		c, err := client.Join(ctx, client.Options{User: d.User, Account: d.Account})
		if err == nil {
			_, err = c.QueueSubscribe(access.CalloutSubject, "doorkeepers")
		}
		if err != nil {
			panic(supervisor.Fail(err))
		}
	case *client.Message:
		if len(d.waiting) == mayWait {
			d.waiting = d.waiting[1:] // who asked it has given up, or will
		}
		d.waiting = append(d.waiting, m)
		d.next(ctx)
	case *judged:
		d.busy--
		d.next(ctx)
	case *client.Detached:
		panic(supervisor.Fail(fmt.Errorf("doorkeeper: disconnected: %s", m.Reason)))
	}
}

// next judges for as long as there is somebody to do so.
func (d *doorkeeper) next(ctx actor.Context) {
	root, self := ctx.ActorSystem().Root, ctx.Self()
	for d.busy < d.AtOnce && len(d.waiting) > 0 {
		m := d.waiting[0]
		d.waiting = d.waiting[1:]
		d.busy++
		supervisor.Go(d.Report, "doorkeeper", func() {
			defer root.Send(self, &judged{})
			d.answer(m)
		})
	}
}

// answer answers one letter. What is no question is answered by nothing.
func (d *doorkeeper) answer(m *client.Message) {
	q, err := d.Service.Open(m.Data, m.Header.Get(callout.XKeyHeader), time.Now())
	if err != nil {
		return
	}
	answer, err := d.refusal(q, "the judgement has failed")
	if err != nil {
		return
	}
	defer func() { _ = m.Respond(answer) }() // also after a panic; who asks waits no longer than it does
	user, why := d.Judge(q)
	switch {
	case why != nil:
		answer, err = d.refusal(q, why.Error())
	case user == nil:
		answer, err = d.refusal(q, "not a user")
	default:
		answer, err = d.Service.Admit(q, user)
	}
	if err != nil {
		answer, _ = d.refusal(q, err.Error()) // the same as could be written above
	}
}

func (d *doorkeeper) refusal(q *jwt.AuthorizationRequestClaims, why string) ([]byte, error) {
	return d.Service.Refuse(q, why)
}
