package actorstest

import (
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/supervisor/logs"
)

// System is an actor system for tests of actors that need no broker. It logs to
// t, and is shut down when the test ends.
func System(t testing.TB) *actor.ActorSystem {
	t.Helper()
	logger := slog.New(logs.SlogHandler(Logger(t), 0))
	system := actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger { return logger }))
	t.Cleanup(func() {
		system.Shutdown()
		if settle() {
			<-time.After(aftermath)
			settle()
		}
	})
	return system
}

// Probe is an actor that remembers what it was sent. One probe may stand behind
// several incarnations of an actor: it is the test's end of them all.
type Probe struct {
	t  testing.TB
	do func(ctx actor.Context)

	mu   sync.Mutex
	got  []any // user messages not yet taken
	life []string
	news chan struct{}
}

// NewProbe makes a probe. do, if it is not nil, is what the actor does with each
// message besides remembering it: answer, or panic. It is called for the
// lifecycle messages too.
func NewProbe(t testing.TB, do func(ctx actor.Context)) *Probe {
	t.Helper()
	return &Probe{t: t, do: do, news: make(chan struct{}, 1)}
}

// Props is what to spawn the probe's actor from.
func (p *Probe) Props(options ...actor.PropsOption) *actor.Props {
	return actor.PropsFromFunc(p.Receive, options...)
}

// Receive remembers a message. An actor under test may call it for the messages
// that its test is to see.
func (p *Probe) Receive(ctx actor.Context) {
	p.remember(ctx.Message())
	if p.do != nil {
		p.do(ctx)
	}
}

func (p *Probe) remember(message any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch message.(type) {
	case actor.AutoReceiveMessage, actor.SystemMessage:
		p.life = append(p.life, fmt.Sprintf("%T", message)[len("*actor."):])
		return
	}
	p.got = append(p.got, message)
	select {
	case p.news <- struct{}{}:
	default:
	}
}

// Next takes the oldest message that was not taken yet, and waits for it if need
// be.
func (p *Probe) Next() any {
	p.t.Helper()
	if settle() {
		if m, ok := p.pop(); ok {
			return m
		}
		p.t.Fatal("actorstest: the probe got no message")
	}
	for late := time.After(patience); ; {
		if m, ok := p.pop(); ok {
			return m
		}
		select {
		case <-p.news:
		case <-late:
			p.t.Fatal("actorstest: the probe got no message")
		}
	}
}

func (p *Probe) pop() (any, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.got) == 0 {
		return nil, false
	}
	m := p.got[0]
	p.got = p.got[1:]
	return m, true
}

// Quiet requires that every message was taken. In a bubble it waits for those
// that are on their way.
func (p *Probe) Quiet() {
	p.t.Helper()
	settle()
	if m, ok := p.pop(); ok {
		p.t.Fatalf("actorstest: want a quiet probe, but it got %T %+v", m, m)
	}
}

// Life is the lifecycle messages so far, by their names: Started, Restarting,
// Stopping, Stopped.
func (p *Probe) Life() []string {
	settle()
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.life...)
}

// Expect takes the probe's next message and requires its type.
func Expect[T any](p *Probe) T {
	p.t.Helper()
	m := p.Next()
	typed, ok := m.(T)
	if !ok {
		p.t.Fatalf("actorstest: want a %T, the probe got %T %+v", typed, m, m)
	}
	return typed
}
