package sys

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// How often the server tells about itself: every beat, and about its accounts every
// third.
const (
	beatTime      = 10 * time.Second
	accountsBeats = 3
)

// serving is the actor. It does nothing that takes time: requests are answered,
// and events written, by goroutines that tell it when they are done.
type serving struct {
	*service
	clients  map[string]*client.Client // by account
	requests requests
	events   events
	traces   traces
	sums     sums
	clock    *time.Timer
	beats    int
}

// What the actor is told by its goroutines, its clock and its tap.
type (
	answered struct{} // a request has been
	written  struct{} // events have been
	seen     struct{ *report.Trace }
	traced   struct{} // a trace has been told
	measured struct{ *report.Latency }
	beat     struct{} // it is time to tell about the server
	moved    struct{} // the system account is another
	arrived  struct{} // another server hears what is told
)

// IgnoreDeadLetterLogging: when the broker stops, the actor may have gone before.
func (*answered) IgnoreDeadLetterLogging() {}

func (*written) IgnoreDeadLetterLogging() {}

func (*seen) IgnoreDeadLetterLogging() {}

func (*measured) IgnoreDeadLetterLogging() {}

func (*traced) IgnoreDeadLetterLogging() {}

func (*beat) IgnoreDeadLetterLogging() {}

func (*moved) IgnoreDeadLetterLogging() {}

func (*arrived) IgnoreDeadLetterLogging() {}

func (*told) IgnoreDeadLetterLogging() {}

// Receive handles the actor's messages.
func (s *serving) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		s.start(ctx)
	case *client.Message:
		if !s.heard(m) && m.Reply != "" {
			s.requests.take(m)
			s.answer(ctx)
		}
	case *answered:
		s.requests.done()
		s.answer(ctx)
	case *partly:
		s.gather(ctx, m)
	case *overdue:
		s.tell(m.key)
	case *told:
		s.events.add(m)
		s.write(ctx)
	case *written:
		s.events.done()
		s.write(ctx)
	case *seen:
		s.unseen.Add(-1)
		s.traces.add(m.Trace)
		s.follow(ctx)
	case *traced:
		s.traces.done()
		s.follow(ctx)
	case *measured:
		s.tellLatency(ctx, m.Latency)
	case *beat:
		s.beat(ctx)
	case *moved:
		s.move(ctx)
	case *arrived: // it does not know what was told before
		s.events.add(&told{accounts: true})
		s.write(ctx)
	case *client.Detached:
		s.lost(m)
	case *actor.Stopping:
		_ = s.voice.say(s.system(), s.source.Load().server.about(shutdown), new(standing)) // whoever still listens
		s.clock.Stop()
		s.sums.stop()
	case *actor.Restarting:
		s.clock.Stop()
		s.sums.stop()
	}
}

func (s *serving) start(ctx actor.Context) {
	root, self := ctx.ActorSystem().Root, ctx.Self()
	s.clock = time.AfterFunc(beatTime, func() { root.Send(self, &beat{}) })
	s.untold.Store(0) // what an incarnation before had waiting may be lost
	s.unseen.Store(0)
	s.clients, s.sums = make(map[string]*client.Client), newSums()
	s.join(ctx)
	if s.system() == nil {
		panic(supervisor.Fail(client.ErrNoAccount))
	}
}

// system is the client in the system account.
func (s *serving) system() *client.Client { return s.clients[s.source.Load().systemAccount] }

// join makes the service a client of each account that there is by now.
func (s *serving) join(ctx actor.Context) {
	for _, a := range s.broker.Accounts() {
		if s.clients[a.Name] != nil {
			continue
		}
		client, err := client.Join(ctx, client.Options{Account: a.Name, Name: name, Internal: true, NoEcho: true})
		if err != nil {
			continue // it is gone again
		}
		for _, pattern := range s.patterns(a.System) {
			if _, err := client.Subscribe(pattern); err != nil {
				panic(supervisor.Fail(err))
			}
		}
		s.clients[a.Name] = client
	}
}

// move has it answer in another system account, and in that no more than in others.
func (s *serving) move(ctx actor.Context) {
	for account, c := range s.clients {
		c.Close()
		delete(s.clients, account)
	}
	s.join(ctx)
	if s.system() == nil {
		panic(supervisor.Fail(client.ErrNoAccount))
	}
	s.events.add(&told{due: true}) // whose tap comes or goes with who may listen
	s.write(ctx)
}

// lostError is a connection of the service that has ended.
type lostError struct{ reason report.CloseReason }

func (e *lostError) Error() string { return "sys: the service was disconnected: " + string(e.reason) }

// lost is told that a client has ended. An account may be gone; that of the system
// is not.
func (s *serving) lost(m *client.Detached) {
	for account, client := range s.clients {
		if client == m.Client() {
			delete(s.clients, account)
		}
	}
	if s.system() == nil {
		panic(supervisor.Fail(&lostError{m.Reason}))
	}
}

// answer begins with requests for as long as there is somebody to answer them.
func (s *serving) answer(ctx actor.Context) {
	root, self := ctx.ActorSystem().Root, ctx.Self()
	for m := s.requests.next(); m != nil; m = s.requests.next() {
		supervisor.Go(s.broker.Report, goroutine, func() {
			defer root.Send(self, &answered{})
			s.respond(m, func(elsewhere *partly) { root.Send(self, elsewhere) })
		})
	}
}

// write has events written, one piece after the other, so that they are published
// in the order in which things happened.
func (s *serving) write(ctx actor.Context) {
	piece := s.events.next()
	if piece == nil {
		return
	}
	root, self, client := ctx.ActorSystem().Root, ctx.Self(), s.system()
	supervisor.Go(s.broker.Report, goroutine, func() {
		defer root.Send(self, &written{})
		if piece.due {
			s.attend(self)
		}
		s.relate(client, piece)
	})
}

// goroutine is what those of the service are called.
const goroutine = "actors/" + name

// beat has it told how the server is, and looks after what has changed.
func (s *serving) beat(ctx actor.Context) {
	s.clock.Reset(beatTime)
	s.join(ctx)
	if n := s.requests.forget(); n > 0 {
		s.logger.Warn("requests of the system account were dropped: there were too many at a time", "dropped", n)
	}
	if n := s.traces.dropped + int(s.missed.Swap(0)); n > 0 {
		s.traces.dropped = 0
		s.logger.Warn("traces of messages were dropped: there were too many at a time", "dropped", n)
	}
	s.beats++
	s.events.add(&told{due: true, accounts: s.beats%accountsBeats == 0})
	s.write(ctx)
}
