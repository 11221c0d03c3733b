package supervisor_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/supervisor"
)

// bubble is an actor system in virtual time, and what happened in it.
type bubble struct {
	t      *testing.T
	system *actor.ActorSystem
	start  time.Time

	mu     sync.Mutex // groups of several tests' levels write here
	events []supervisor.Event
	notes  []string
}

// inBubble runs a test in virtual time. Nothing in it waits for the wall clock.
func inBubble(t *testing.T, test func(b *bubble)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := &bubble{t: t, start: time.Now()}
		b.system = actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
			return slog.New(slog.DiscardHandler)
		}))
		test(b)
		// The framework's dead-letter throttle keeps a goroutine for a second.
		b.pass(3 * time.Second)
	})
}

// root spawns a top group with this bubble's sink, and has it stopped at the end.
func (b *bubble) root(o supervisor.Options) *actor.PID {
	b.t.Helper()

	o.Name, o.Sink = "top", b.sink
	pid, err := supervisor.Root(b.system, o)
	require.NoError(b.t, err)
	synctest.Wait()

	return pid
}

// end stops a tree and requires that it really ends.
func (b *bubble) end(pid *actor.PID) {
	b.t.Helper()
	require.NoError(b.t, b.system.Root.StopFuture(pid).Wait())
}

// pass lets virtual time go by, and everything that is due in it happen.
func (b *bubble) pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func (b *bubble) send(path string, m any) {
	b.system.Root.Send(b.system.NewLocalPID(path), m)
	synctest.Wait()
}

func (b *bubble) sink(e supervisor.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = append(b.events, e)
}

func (b *bubble) note(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.notes = append(b.notes, fmt.Sprintf(format, args...))
}

// noted empties the notes.
func (b *bubble) noted() []string {
	b.mu.Lock()
	defer b.mu.Unlock()

	notes := b.notes
	b.notes = nil

	return notes
}

// story empties the events, each as "what name".
func (b *bubble) story() []string {
	b.mu.Lock()
	defer b.mu.Unlock()

	var s []string
	for _, e := range b.events {
		s = append(s, string(e.What)+" "+e.Path[strings.LastIndexByte(e.Path, '/')+1:])
	}

	b.events = nil

	return s
}

// last is the newest event of a kind.
func (b *bubble) last(what supervisor.What) supervisor.Event {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()

	for _, e := range slices.Backward(b.events) {
		if e.What == what {
			return e
		}
	}

	require.Fail(b.t, "no such event", "%s in %v", what, b.events)

	return supervisor.Event{}
}

func (b *bubble) inspect(pid *actor.PID) supervisor.Node {
	b.t.Helper()

	n, err := supervisor.Inspect(b.system, pid, supervisor.Describe{Limit: -1})
	require.NoError(b.t, err)

	return n
}

// child is one child's node.
func (b *bubble) child(group *actor.PID, name string) supervisor.Node {
	b.t.Helper()

	n := b.inspect(group)
	i := slices.IndexFunc(n.Children, func(c supervisor.Node) bool { return c.Name == name })
	require.GreaterOrEqual(b.t, i, 0, "no child %s", name)

	return n.Children[i]
}

// What a probe can be told.
type (
	boom  struct{ reason any } // panic with it
	leave struct{}             // stop by itself
	hello string               // note it, with how many messages this instance has seen
)

// probe notes what happens to it. It panics at the lifecycle messages that are in faults.
type probe struct {
	b      *bubble
	name   string
	seen   int
	faults []string
	below  *actor.Props // spawned as its child when it starts
}

func (p *probe) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		if p.below != nil {
			_, _ = ctx.SpawnNamed(p.below, "below")
		}

		p.lived("started")
	case *actor.Stopping:
		p.lived("stopping")
	case *actor.Stopped:
		p.lived("stopped")
	case *actor.Restarting:
		p.lived("restarting")
	case boom:
		panic(m.reason)
	case leave:
		ctx.Stop(ctx.Self())
	case hello:
		p.seen++
		p.b.note("%s: %s %d", p.name, m, p.seen)
	}
}

func (p *probe) lived(what string) {
	p.b.note("%s %s", p.name, what)

	if slices.Contains(p.faults, what) {
		panic(what)
	}
}

// probe makes a probe's Spec.
func (b *bubble) probe(name string, p supervisor.Policy, faults ...string) supervisor.Spec {
	return supervisor.Spec{Name: name, Role: "probe", Policy: p, Props: b.props(name, faults...)}
}

func (b *bubble) props(name string, faults ...string) *actor.Props {
	return actor.PropsFromProducer(func() actor.Actor { return &probe{b: b, name: name, faults: faults} })
}

// at is a policy with a constant back-off of a second, without chance in it.
func at(k supervisor.Kind, intensity int) supervisor.Policy {
	return supervisor.Policy{
		Kind: k, Intensity: intensity, Period: time.Minute, Backoff: supervisor.Backoff{Min: time.Second},
	}
}
