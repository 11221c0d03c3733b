package supervisor_test

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/supervisor/logs"
)

// A till that jams at every second receipt. Its supervisor tries again twice, then gives up; the shop stays open.
func Example() {
	system := actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
		return slog.New(logs.SlogHandler(hclog.NewNullLogger(), 10))
	}))

	till := actor.PropsFromProducer(func() actor.Actor {
		printed := 0

		return actor.ReceiveFunc(func(ctx actor.Context) {
			if receipt, ok := ctx.Message().(string); ok {
				if printed++; printed == 2 {
					panic(supervisor.Fail(errors.New("paper jam at " + receipt)))
				}
			}
		})
	})

	events := make(chan supervisor.Event, 100)
	shop, err := supervisor.Root(system, supervisor.Options{
		Name: "shop",
		Role: "group",
		Sink: func(e supervisor.Event) { events <- e },
		Children: []supervisor.Spec{{
			Name: "till",
			Role: "cashier",
			Policy: supervisor.Policy{
				Kind:      supervisor.Permanent,
				Intensity: 2,
				Period:    time.Minute,
				Backoff:   supervisor.Backoff{Min: time.Millisecond, Max: time.Second},
			},
			Props: till,
		}},
	})
	if err != nil {
		fmt.Fprintln(os.Stdout, err)

		return
	}

	var last supervisor.Event
	for e := range events {
		fmt.Fprintln(os.Stdout, e)

		if last = e; last.What == supervisor.Stopped {
			break
		}

		if e.What == supervisor.Started {
			for i := range 6 {
				system.Root.Send(system.NewLocalPID("shop/till"), fmt.Sprintf("receipt %d", i+1))
			}
		}
	}

	tree, err := supervisor.Inspect(system, shop, supervisor.Describe{})
	if err != nil {
		fmt.Fprintln(os.Stdout, err)

		return
	}

	supervisor.Draw(os.Stdout, tree)
	_ = system.Root.StopFuture(shop).Wait()

	// Output:
	// shop/till started
	// shop/till failed: paper jam at receipt 2 -> restart in 1ms (1 failure in 1m0s)
	// shop/till restarted
	// shop/till failed: paper jam at receipt 4 -> restart in 2ms (2 failures in 1m0s)
	// shop/till restarted
	// shop/till failed: paper jam at receipt 6 -> stop, given up (3 failures in 1m0s, 2 allowed)
	// shop/till stopped (3 failures in 1m0s, 2 allowed)
	// shop  group  running  children 1
	// └─ till  cashier  stopped  restarts 2  [permanent, one-for-one, 2 in 1m0s, after 1ms to 1s, then stop]  last: paper jam at receipt 6
}
