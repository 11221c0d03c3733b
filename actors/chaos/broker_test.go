package chaos_test

import (
	"encoding/json"
	"fmt"
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

// broker is a broker in a process of its own.
type broker struct {
	t    *testing.T
	cmd  *exec.Cmd
	desk *rpc.Client
	addr string
}

// start runs a broker until the test ends, and then requires that it has not
// ended before and does so in good order.
func start(t *testing.T, config actors.Config) *broker {
	t.Helper()
	config.Host, config.Port = "127.0.0.1", -1
	text, err := json.Marshal(config)
	require.NoError(t, err)
	program, err := os.Executable()
	require.NoError(t, err)
	b := &broker{t: t, cmd: exec.Command(program)}
	b.cmd.Env = append(os.Environ(), asBroker+"="+string(text))
	b.cmd.Stderr = os.Stderr
	in, err := b.cmd.StdinPipe()
	require.NoError(t, err)
	out, err := b.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, b.cmd.Start())
	b.desk = jsonrpc.NewClient(stdio{out, in})
	t.Cleanup(func() {
		b.desk.Close() //nolint:errcheck // the process tells
		require.NoError(t, b.cmd.Wait(), "the broker's process")
	})
	b.addr = ask[string](b, "Addr", Nothing{})
	return b
}

// ask asks the broker's process something. It is for the test's own goroutine.
func ask[R, A any](b *broker, what string, arg A) R {
	b.t.Helper()
	var reply R
	require.NoError(b.t, b.desk.Call("Broker."+what, arg, &reply), what)
	return reply
}

// state tells how the broker is doing, with no more memory than it needs.
func (b *broker) state() State { return ask[State](b, "State", true) }

// inject causes a fault and requires that the broker has carried it out.
func (b *broker) inject(target string, kind actors.FaultKind) report.Fault {
	b.t.Helper()
	return ask[report.Fault](b, "Inject", actors.Fault{Target: target, Kind: kind})
}

// settle requires that the broker has an account of every message, as soon as
// none is on its way.
func (b *broker) settle() report.Ledger {
	b.t.Helper()
	var l report.Ledger
	eventually(b.t, func() bool {
		l = ask[report.Stats](b, "Stats", Nothing{}).Ledger
		return l.Waiting == 0 && l.In == l.Routed+l.NoInterest+l.Refused
	}, "the ledger balances: %v", &l)
	sum := l.Delivered
	for _, n := range l.Dropped {
		sum += n
	}
	require.Equal(b.t, l.Copies, sum, "%+v", l)
	b.t.Logf("ledger: %d in = %d routed + %d of no interest + %d refused; %d copies = %d delivered + dropped %v",
		l.In, l.Routed, l.NoInterest, l.Refused, l.Copies, l.Delivered, l.Dropped)
	return l
}

// memory is the broker's resident memory and the most that it ever was, in MiB,
// where the system tells.
func (b *broker) memory() (now, peak float64) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", b.cmd.Process.Pid))
	if err != nil {
		return 0, 0
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		kib, _ := strconv.ParseFloat(f[1], 64) // 0 for what is not one of the two
		switch f[0] {
		case "VmRSS:":
			now = kib / 1024
		case "VmHWM:":
			peak = kib / 1024
		}
	}
	return now, peak
}

// resident is the broker's memory when it is tidied up, in MiB.
func (b *broker) resident() float64 {
	b.state()
	now, _ := b.memory()
	return now
}

// files is how many descriptors the broker has open.
func (b *broker) files() int {
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", b.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	return len(open)
}

// watchMemory looks at the broker's memory all the time, and returns a function
// that ends it and tells the most that it saw.
func (b *broker) watchMemory() func() float64 {
	var stop atomic.Bool
	most := make(chan float64)
	go func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		highest := 0.0
		for ; !stop.Load(); <-tick.C {
			now, _ := b.memory()
			highest = max(highest, now)
		}
		most <- highest
	}()
	return func() float64 {
		stop.Store(true)
		return <-most
	}
}
