package experiments

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/supervisor/logs"
)

// For the roles that a broker has not got there is a tree of toys.

// What a worker is sent.
type (
	work  struct{}                    // it counts this
	fail  struct{}                    // it panics
	count struct{ answer chan<- int } // it says how much work it has done since it was started
)

var errToy = errors.New("out of paper")

// worker is an actor with some state, which a restart loses.
type worker struct{ done int }

// Receive handles the worker's messages.
func (w *worker) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case work:
		w.done++
	case fail:
		panic(supervisor.Fail(errToy))
	case count:
		m.answer <- w.done
	}
}

// workers are the specs of some.
func workers(names ...string) []supervisor.Spec {
	var specs []supervisor.Spec
	for _, name := range names {
		specs = append(specs, supervisor.Spec{Name: name, Role: "worker", Props: actor.PropsFromProducer(
			func() actor.Actor { return new(worker) })})
	}
	return specs
}

// house is a tree of toys, and what its supervisors tell.
type house struct {
	system *actor.ActorSystem
	root   *actor.PID
	events chan supervisor.Event
}

// house builds one. The groups in it must tell their events to tell.
func (b *bench) house(build func(tell func(supervisor.Event)) supervisor.Options) *house {
	h := &house{
		system: actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
			return slog.New(logs.SlogHandler(hclog.NewNullLogger(), 1))
		})),
		events: make(chan supervisor.Event, 1000),
	}
	var err error
	h.root, err = supervisor.Root(h.system, build(func(e supervisor.Event) { h.events <- e }))
	must(err)
	_, err = supervisor.Inspect(h.system, h.root, supervisor.Describe{}) // it answers when everybody has moved in
	must(err)
	b.after = append(b.after, func() { _ = h.system.Root.StopFuture(h.root).Wait() }) // it ends with the process anyway
	return h
}

// pid is who lives at a path below the root.
func (h *house) pid(path string) *actor.PID { return h.system.NewLocalPID(h.root.Id + "/" + path) }

// send sends the same message some times.
func (h *house) send(path string, message any, times int) {
	for range times {
		h.system.Root.Send(h.pid(path), message)
	}
}

// done asks a worker how much it has done since it was started.
func (h *house) done(path string) int {
	answer := make(chan int, 1)
	h.system.Root.Send(h.pid(path), count{answer})
	select {
	case n := <-answer:
		return n
	case <-time.After(patience):
		panic(supervisor.Fail(fmt.Errorf("%s does not answer", path)))
	}
}

// wait collects events until there is one of this kind about this path.
func (h *house) wait(what supervisor.What, path string) (seen []supervisor.Event) {
	enough := time.After(patience)
	for {
		select {
		case e := <-h.events:
			seen = append(seen, e)
			if e.What == what && e.Path == h.root.Id+"/"+path {
				return seen
			}
		case <-enough:
			panic(supervisor.Fail(fmt.Errorf("waited in vain until %s is %s", path, what)))
		}
	}
}
