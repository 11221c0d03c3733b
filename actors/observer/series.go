package observer

import (
	"net/http"
	"sync"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/documents"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// The series: one sample each step, for fifteen minutes.
const (
	step    = time.Second
	samples = 15 * 60
)

// sample is the counters of the broker at one moment.
type sample struct {
	report.Stats
	At        time.Time
	Resident  int64         // bytes of the process in memory
	Processor time.Duration // used so far
}

func take(stats report.Stats) sample {
	s := sample{Stats: stats, At: time.Now()}
	s.Resident, s.Processor = documents.Usage()
	return s
}

// point is what became of the counters within one step, as the page draws it. The
// numbers of messages and bytes are for each second. It is an array in JSON, since
// there are many: columns names its parts.
type point [10]float64

// columns are the names of a point's parts.
var columns = [len(point{})]string{"at", "in", "out", "in_bytes", "out_bytes", "connections", "slow", "dropped", "resident", "cpu"}

// between is the point of two samples that follow each other.
func between(a, b *sample) point {
	seconds := b.At.Sub(a.At).Seconds()
	if seconds <= 0 {
		seconds = 1
	}
	rate := func(from, to uint64) float64 { return round(float64(max(to, from)-from) / seconds) }
	return point{
		float64(b.At.UnixMilli()),
		rate(a.InMessages, b.InMessages), rate(a.OutMessages, b.OutMessages),
		rate(a.InBytes, b.InBytes), rate(a.OutBytes, b.OutBytes),
		float64(b.Connections),
		float64(max(b.SlowConsumers, a.SlowConsumers) - a.SlowConsumers), float64(dropped(b) - dropped(a)),
		float64(b.Resident),
		round(float64(max(b.Processor, a.Processor)-a.Processor)/float64(time.Second)/seconds*1000) / 10, // percent of a core
	}
}

// round cuts what nobody reads: a tenth of the whole number is enough for the screen.
func round(x float64) float64 { return float64(int64(x + 0.5)) }

// dropped is how many copies were discarded, for whatever reason.
func dropped(s *sample) (n uint64) {
	for _, of := range s.Ledger.Dropped {
		n += of
	}
	return n
}

// series is the ring of points. An actor fills it and handlers read it, so it has a lock.
type series struct {
	mu     sync.Mutex
	last   sample
	points []point
	next   int // where the next one goes, once the ring is full
}

func newSeries() *series { return &series{} }

// add takes a sample, and returns the point that it makes with the one before. It is not
// ok for the first.
func (s *series) add(now sample) (p point, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.last
	s.last = now
	if before.At.IsZero() {
		return p, false
	}
	p = between(&before, &now)
	if len(s.points) < samples {
		s.points = append(s.points, p)
		return p, true
	}
	s.points[s.next] = p
	s.next = (s.next + 1) % samples
	return p, true
}

// all are the points, oldest first.
func (s *series) all() []point {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]point, 0, len(s.points))
	return append(append(out, s.points[s.next:]...), s.points[:s.next]...)
}

// history answers with the whole series.
func (o *Observer) history(w http.ResponseWriter, r *http.Request) {
	answer(w, r, struct {
		Columns []string `json:"columns"`
		Points  []point  `json:"points"`
	}{columns[:], o.series.all()})
}

// sampler is the actor that fills the series.
type sampler struct {
	*Observer
	stop chan struct{}
}

// due tells the sampler that a step is over.
type due struct{}

func (o *Observer) produce() actor.Actor { return &sampler{Observer: o} }

// Receive handles the sampler's messages.
func (s *sampler) Receive(ctx actor.Context) {
	switch ctx.Message().(type) {
	case *actor.Started:
		s.start(ctx)
	case *due:
		now := take(s.broker.Stats())
		if p, ok := s.series.add(now); ok {
			s.broadcast.sampled(now, p)
		}
	case *actor.Restarting, *actor.Stopping:
		close(s.stop)
	}
}

// start has the sampler told when a step is over, until it stops.
func (s *sampler) start(ctx actor.Context) {
	s.stop = make(chan struct{})
	root, self, stop := ctx.ActorSystem().Root, ctx.Self(), s.stop
	supervisor.Go(s.broker.Report, "monitor/"+name, func() {
		t := time.NewTicker(step)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				root.Send(self, &due{})
			case <-stop:
				return
			}
		}
	})
}
