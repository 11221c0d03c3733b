package experiments

import (
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/supervisor"
)

var restartBudget = Experiment{
	Title: "the restart budget",
	Expect: "Three failures in ten seconds are tolerated. The fourth stops the child for good, with an event; " +
		"its sibling goes on, and what is sent to the one that is gone becomes dead letters.",
	run: func(b *bench) {
		h := b.house(func(tell func(supervisor.Event)) supervisor.Options {
			return supervisor.Options{
				Name: "house", Sink: tell, Children: workers("bad", "good"),
				Policy: supervisor.Policy{Kind: supervisor.Permanent, Intensity: 3, Period: 10 * time.Second},
			}
		})
		dead := make(chan any, 10)
		h.system.EventStream.Subscribe(func(event any) {
			if e, ok := event.(*actor.DeadLetterEvent); ok {
				dead <- e.Message // quickly: this runs on the sender's goroutine
			}
		})
		h.send("good", work{}, 1)
		h.send("bad", fail{}, 4)
		restarts, last := 0, supervisor.Event{}
		for _, last = range h.wait(supervisor.Stopped, "bad") {
			if last.What == supervisor.Restarted {
				restarts++
			}
		}
		b.check(restarts == 3, "4 failures, %d restarts", restarts)
		b.check(last.What == supervisor.Stopped, "then: %s", last)
		h.send("bad", work{}, 5)
		b.check(len(dead) == 5, "5 messages for the one that is gone: %d dead letters", len(dead))
		b.check(h.done("good") == 1, "the sibling goes on")
		tree, err := supervisor.Inspect(h.system, h.root, supervisor.Describe{})
		must(err)
		b.check(tree.Children[0].State == supervisor.Down, "the tree still shows it: %s, last failure %q", tree.Children[0].State, tree.Children[0].LastFailure.Text)
	},
}

// doomed fails again and again: by a message to itself, or already in Started.
func doomed(inStarted bool) *actor.Props {
	return actor.PropsFromFunc(func(ctx actor.Context) {
		switch ctx.Message().(type) {
		case *actor.Started:
			if inStarted {
				panic(supervisor.Fail(errToy))
			}
			ctx.Send(ctx.Self(), fail{})
		case fail:
			panic(supervisor.Fail(errToy))
		}
	})
}

var backOff = Experiment{
	Title: "a crash loop with back-off and without",
	Expect: "Without back-off a child that always fails restarts as fast as the machine can. With one that doubles from " +
		"10 ms it restarts a handful of times. A child that fails already when it starts always waits 50 ms, whatever its policy says.",
	run: func(b *bench) {
		const span = 400 * time.Millisecond
		restartsOf := func(inStarted bool, delay supervisor.Backoff) int {
			var restarts atomic.Int64 // not by events: they would hold the loop up
			b.house(func(func(supervisor.Event)) supervisor.Options {
				return supervisor.Options{
					Name: "house", Children: []supervisor.Spec{{Name: "doomed", Props: doomed(inStarted)}},
					Policy: supervisor.Policy{Kind: supervisor.Permanent, Intensity: -1, Backoff: delay},
					Sink: func(e supervisor.Event) {
						if e.What == supervisor.Restarted {
							restarts.Add(1)
						}
					},
				}
			})
			<-time.After(span)
			b.clear()
			return int(restarts.Load())
		}
		none := restartsOf(false, supervisor.Backoff{})
		doubling := restartsOf(false, supervisor.Backoff{Min: 10 * time.Millisecond, Max: time.Second, Jitter: 0.1})
		starting := restartsOf(true, supervisor.Backoff{})
		b.check(none > 100, "none:              %6d restarts in %s", none, span)
		b.check(doubling >= 2 && doubling <= 7, "10 ms, doubling:   %6d", doubling)
		b.check(starting >= 1 && starting <= 8, "fails in Started:  %6d", starting)
	},
}
