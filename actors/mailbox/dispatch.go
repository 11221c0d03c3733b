package mailbox

import "github.com/asynkron/protoactor-go/actor"

// CallerRuns is the dispatcher of the broker's own actors: the goroutine that
// posts to an idle actor runs it.
type CallerRuns struct{}

var _ actor.Dispatcher = CallerRuns{}

// Schedule runs fn at once.
func (CallerRuns) Schedule(fn func()) { fn() }

// Throughput is the number of rounds (drained queues) that one poster may be
// kept busy for before the run gets a goroutine of its own.
func (CallerRuns) Throughput() int { return 32 }
