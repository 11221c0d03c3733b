package inquiry

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/nats-io/jwt/v2"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/access/callout"
	"github.com/troupe-mq/troupe/actors/access/operator"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/session"
	"github.com/troupe-mq/troupe/actors/internal/settings"
)

// Name is that of the actor, under actors/ in the tree.
const Name = "inquiry"

// Env is what the actor needs of a broker.
type Env struct {
	*host.Host
	Settings *settings.InForce
	Keys     *callout.Keys
	Server   jwt.ServerID // as questions describe the broker
}

// Ask orders to ask about a client.
type Ask struct {
	Proof *session.Proof
	Of    *actor.PID // the connection, which is told
}

// grace is how much longer than its client a question waits: the client is told why.
const grace = time.Second

// IgnoreDeadLetterLogging keeps it out of the log: the actor may be on its way back, and the client's time goes on.
func (*Ask) IgnoreDeadLetterLogging() {}

// inquirer is the actor.
type inquirer struct {
	*Env
	clients map[string]*client.Client // by account
	queue   queue
	open    map[number]*asked
}

// number is a request of one of the clients.
type number struct {
	by *client.Client
	id uint64
}

// asked is a question that is open.
type asked struct {
	*Ask
	question *callout.Question
}

// New makes the actor.
func New(v *Env) actor.Actor {
	return &inquirer{Env: v, clients: make(map[string]*client.Client), queue: newQueue(), open: make(map[number]*asked)}
}

// Receive handles the actor's messages.
func (i *inquirer) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *Ask:
		for _, a := range i.queue.add(m) {
			i.tell(a, nil)
		}
		i.complainOfFlood()
		i.next(ctx)
	case *client.Response:
		at := number{m.Client(), m.ID}
		a := i.open[at]
		if a == nil {
			return
		}
		delete(i.open, at)
		i.next(ctx) // also if what follows fails
		i.tell(a.Ask, i.judge(a, m))
	case *client.Detached:
		for account, c := range i.clients {
			if c == m.Client() {
				delete(i.clients, account)
			}
		}
	}
}

// next asks for as long as there is room for more questions.
func (i *inquirer) next(ctx actor.Context) {
	for len(i.open) < atOnce {
		a := i.queue.next()
		if a == nil {
			return
		}
		if !a.Proof.Void() && !i.ask(ctx, a) {
			i.tell(a, nil)
		}
	}
}

// ask asks the service, and reports false if that cannot be done.
func (i *inquirer) ask(ctx actor.Context, a *Ask) bool {
	to := a.Proof.Claim.Delegation().To
	c, err := i.join(ctx, to.Account)
	if err != nil {
		return i.failed(to, err)
	}
	wait := i.Settings.Load().AuthTimeout
	q, err := i.Keys.Ask(to, requestOf(a.Proof, i.Server), i.Now().Add(wait))
	if err != nil {
		return i.failed(to, err)
	}
	m := &client.Message{Subject: access.CalloutSubject, Data: q.Data}
	if q.XKey != "" {
		m.Header = client.Header{callout.XKeyHeader: []string{q.XKey}}
	}
	id, err := c.Request(m, wait+grace)
	if err != nil {
		return i.failed(to, err)
	}
	i.open[number{c, id}] = &asked{a, q}
	return true
}

// join is the client in an account.
func (i *inquirer) join(ctx actor.Context, account string) (*client.Client, error) {
	if c := i.clients[account]; c != nil {
		return c, nil
	}
	c, err := client.Join(ctx, client.Options{Account: account, Name: Name, Internal: true, NoEcho: true})
	if err == nil {
		i.clients[account] = c
	}
	return c, err
}

// judge is who a client is by what the service has answered, nil if it may not come in.
func (i *inquirer) judge(a *asked, m *client.Response) *access.Identity {
	asked := a.Proof.Claim.Delegation()
	if m.Err != nil {
		i.failed(asked.To, m.Err)
		return nil
	}
	now := i.Settings.Load()
	authority, _ := now.Policy.Authority.(*operator.Authority)
	claims, err := i.Keys.Read(a.question, m.Message.Data, func(key string) bool {
		if authority != nil {
			return authority.Signs(asked.To.Account, key)
		}
		return key == asked.To.Issuer
	})
	if err != nil {
		i.failed(asked.To, err)
		return nil
	}
	known := access.Credentials{Kind: asked.Shown.Kind, Host: asked.Shown.Host, Now: i.Now()}
	var who *access.Identity
	if authority != nil {
		who = authority.Answered(asked.To, claims, &known)
	} else {
		who = operator.AnsweredFor(now.Policy, claims, &known)
	}
	if who == nil {
		i.failed(asked.To, errNotSo)
	}
	return who
}

// tell answers a connection: identity is nil for nobody.
func (i *inquirer) tell(a *Ask, who *access.Identity) {
	i.Send(a.Of, &session.Proved{Of: a.Proof, Identity: who})
}
