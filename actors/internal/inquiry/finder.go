package inquiry

import (
	"context"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/session"
	"github.com/troupe-mq/troupe/actors/internal/settings"
)

// FinderName is that of the actor that has accounts found, under actors/ in the tree.
const FinderName = "finder"

// FinderEnv is what the finder needs of a broker.
type FinderEnv struct {
	*host.Host
	Settings *settings.InForce
	Find     func(ctx context.Context, account string) error // finds an account and puts it into force
	Inquire  func(p *session.Proof, of *actor.PID)           // asks the account's service
}

// What may be looked for at a time, and how long and of how many accounts it is remembered that
// nobody knows them.
const (
	findAtOnce  = 16
	rememberFor = 5 * time.Second
	remembered  = 4096
)

// finder is the actor.
type finder struct {
	*FinderEnv
	queue   queue
	finding map[string][]*Ask    // those who wait for an account
	missing map[string]time.Time // until when an account is not looked for again
}

// found tells the finder what became of an account.
type found struct {
	account string
	err     error
}

// IgnoreDeadLetterLogging: the finder may have stopped meanwhile.
func (*found) IgnoreDeadLetterLogging() {}

// NewFinder makes the actor.
func NewFinder(v *FinderEnv) actor.Actor {
	return &finder{FinderEnv: v, queue: newQueue(), finding: make(map[string][]*Ask), missing: make(map[string]time.Time)}
}

// Receive handles the actor's messages.
func (f *finder) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *Ask:
		for _, a := range f.queue.add(m) {
			f.tell(a, nil)
		}
		f.next(ctx)
	case *found:
		waiting := f.finding[m.account]
		delete(f.finding, m.account)
		if m.err != nil {
			f.forget(m)
		}
		for _, a := range waiting {
			f.judge(a)
		}
		f.next(ctx)
	}
}

// next looks for accounts for as long as there is somebody to do so.
func (f *finder) next(ctx actor.Context) {
	for len(f.finding) < findAtOnce {
		a := f.queue.next()
		if a == nil {
			return
		}
		account := a.Proof.Claim.Delegation().Account
		switch waiting, under := f.finding[account]; {
		case a.Proof.Void():
		case under:
			f.finding[account] = append(waiting, a)
		case f.Now().Before(f.missing[account]):
			f.tell(a, nil)
		default:
			f.finding[account] = []*Ask{a}
			f.find(ctx.Self(), account)
		}
	}
}

// find looks for an account elsewhere, within the time that a client has for its CONNECT.
func (f *finder) find(self *actor.PID, account string) {
	f.Spawn("find account", func() {
		answer := &found{account, context.Canceled}
		defer f.Send(self, answer) // after a panic too
		within, cancel := context.WithTimeout(context.Background(), f.Settings.Load().AuthTimeout+grace)
		defer cancel()
		answer.err = f.Find(within, account)
	})
}

// forget notes that nobody knows an account.
func (f *finder) forget(m *found) {
	if len(f.missing) >= remembered {
		clear(f.missing)
	}
	f.missing[m.account] = f.Now().Add(rememberFor)
	const line = "an account is not found"
	if f.Allowed(hclog.Warn, line, f.Now()) {
		f.Logger.Warn(line, "account", m.account, "reason", m.err.Error())
	}
}

// judge says who a client is now that its account may be there.
func (f *finder) judge(a *Ask) {
	gate := f.Settings.Load().Gate
	claim := gate.Claim(a.Proof.Claim.Delegation().Shown)
	switch to := claim.Delegation(); {
	case to == nil:
		f.tell(a, claim.Holds())
	case to.To != nil:
		a.Proof.Claim, a.Proof.Gate = claim, gate
		f.Inquire(a.Proof, a.Of)
	default:
		f.tell(a, nil)
	}
}

func (f *finder) tell(a *Ask, who *access.Identity) {
	f.Send(a.Of, &session.Proved{Of: a.Proof, Identity: who})
}
