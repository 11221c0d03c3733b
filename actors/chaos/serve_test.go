package chaos_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/topics"
)

// serve is the broker's process: it runs a broker and answers questions about it
// on its standard input and output until its parent closes them.
func serve(config string) error {
	var c actors.Config
	if err := json.Unmarshal([]byte(config), &c); err != nil {
		return err
	}
	lines := &logLines{counts: map[string]int{}}
	c.Logger = hclog.New(&hclog.LoggerOptions{Level: hclog.Info, JSONFormat: true, Output: lines})
	b, err := actors.Start(context.Background(), c)
	if err != nil {
		return err
	}
	s := rpc.NewServer()
	if err := s.RegisterName("Broker", &Desk{b: b, lines: lines, hung: map[string]chan struct{}{}}); err != nil {
		return err
	}
	s.ServeCodec(jsonrpc.NewServerCodec(stdio{os.Stdin, os.Stdout}))
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = b.Stop(ctx) // clients that do not read are no fault of it
	return b.Err()
}

type stdio struct {
	io.Reader
	io.WriteCloser
}

// Desk is what a test can ask the broker's process.
type Desk struct {
	b     *actors.Broker
	lines *logLines
	hung  map[string]chan struct{} // closed to have an actor come back

	visitors atomic.Int64 // how many have come
}

// Nothing is an argument that says nothing.
type Nothing struct{}

// State is how the broker is doing.
type State struct {
	Stats      report.Stats
	Actors     int
	Goroutines int
	Heap       uint64 // bytes in use
}

// Addr is the broker's address.
func (d *Desk) Addr(_ Nothing, addr *string) error {
	*addr = d.b.Addr().String()
	return nil
}

// Stats is the broker's own Stats.
func (d *Desk) Stats(_ Nothing, s *report.Stats) error {
	*s = d.b.Stats()
	return nil
}

// State tidies up the memory first, if asked to.
func (d *Desk) State(tidy bool, s *State) error {
	if tidy {
		debug.FreeOSMemory()
		debug.FreeOSMemory() // what was pooled is kept for one round
	}
	tree, err := d.b.Tree(-1)
	if err != nil {
		return err
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	*s = State{Stats: d.b.Stats(), Actors: population(&tree), Goroutines: runtime.NumGoroutine(), Heap: m.HeapInuse}
	return nil
}

func population(n *supervisor.Node) int {
	sum := 1
	for i := range n.Children {
		sum += population(&n.Children[i])
	}
	return sum
}

// Inject causes a fault.
func (d *Desk) Inject(f actors.Fault, r *report.Fault) (err error) {
	*r, err = d.b.Inject(context.Background(), f)
	return err
}

// History is all events that are kept.
func (d *Desk) History(_ Nothing, events *[]supervisor.Event) (err error) {
	*events, err = d.b.History(context.Background(), 0)
	return err
}

// Closed counts the connections that have ended, by reason.
func (d *Desk) Closed(_ Nothing, reasons *map[report.CloseReason]int) error {
	p, err := d.b.Connections(context.Background(), report.ConnectionQuery{State: report.ClosedConnections, Limit: report.MaxPage})
	if err != nil {
		return err
	}
	*reasons = map[report.CloseReason]int{}
	for _, c := range p.Connections {
		(*reasons)[c.Reason]++
	}
	return nil
}

// Homes is the partition of each subject.
func (d *Desk) Homes(subjects []string, homes *[]int) error {
	for _, s := range subjects {
		*homes = append(*homes, topics.Partition([]byte(s), d.b.Config().Partitions))
	}
	return nil
}

// Lines are the broker's log lines, counted by second and cause.
func (d *Desk) Lines(_ Nothing, counts *map[string]int) error {
	*counts = d.lines.copy()
	return nil
}

// logLines counts the lines that a logger writes.
type logLines struct {
	mu     sync.Mutex
	counts map[string]int
}

// Write takes one line: a logger writes each in one go.
func (l *logLines) Write(line []byte) (int, error) {
	var text struct {
		Message string `json:"@message"`
	}
	_ = json.Unmarshal(line, &text) // what cannot be read counts under no message
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[time.Now().Format(time.TimeOnly)+" "+text.Message]++
	return len(line), nil
}

func (l *logLines) copy() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.counts)
}
