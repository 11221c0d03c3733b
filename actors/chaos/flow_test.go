package chaos_test

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// flow is one client that sends to another, as fast as it goes at full length.
// What arrives has to be what was sent, to the last byte.
type flow struct {
	t        *testing.T
	from, to *protocolClient
	publish  string // a chunk of messages, as they are sent
	deliver  []byte // one, as it arrives
	sent     atomic.Int64
	arrived  atomic.Int64
	stop     atomic.Bool
	over     sync.Once
	both     sync.WaitGroup
}

// chunk is how many messages of a flow are sent at once.
const chunk = 256

// flowOf begins a flow. to has to be subscribed to the subject, with the sid 1; the
// body says whose messages they are.
func flowOf(t *testing.T, from, to *protocolClient, subject, body string) *flow {
	t.Helper()
	require.NoError(t, to.flush("")) // an INFO comes behind the first PONG
	f := &flow{t: t, from: from, to: to}
	pub := fmt.Appendf(nil, "PUB %s %d\r\n%s\r\n", subject, len(body), body)
	f.publish = string(bytes.Repeat(pub, chunk))
	f.deliver = fmt.Appendf(nil, "MSG %s 1 %d\r\n%s\r\n", subject, len(body), body)
	f.both.Go(func() {
		if err := f.send(); err != nil {
			t.Errorf("the sender on %s: %v", subject, err)
		}
	})
	f.both.Go(func() {
		if err := f.receive(); err != nil && !f.stop.Load() {
			t.Errorf("the receiver on %s: %v", subject, err)
		}
	})
	t.Cleanup(f.abandon)
	return f
}

func (f *flow) send() error {
	for !f.stop.Load() {
		f.sent.Add(chunk)
		if err := f.from.flush(f.publish); err != nil {
			return err
		}
		if !full {
			wait(time.Millisecond) // others are at work
		}
	}
	return nil
}

func (f *flow) receive() error {
	for {
		if f.to.r.Buffered() < len(f.deliver) {
			if err := f.to.nc.SetReadDeadline(time.Now().Add(patience)); err != nil {
				return err
			}
		}
		b, err := f.to.r.Peek(len(f.deliver))
		n := len(f.deliver)
		switch {
		case err != nil:
			return err
		case bytes.Equal(b, f.deliver):
			f.arrived.Add(1)
		case bytes.HasPrefix(b, []byte("PING\r\n")):
			n = len("PING\r\n")
		default:
			return fmt.Errorf("%q is not what was sent", b)
		}
		if _, err := f.to.r.Discard(n); err != nil {
			return err
		}
	}
}

// rate is how many messages a second arrive for a while.
func (f *flow) rate(span time.Duration) float64 {
	before, began := f.arrived.Load(), time.Now()
	wait(span)
	return float64(f.arrived.Load()-before) / time.Since(began).Seconds()
}

// end requires that everything has arrived, and tells how many messages that are.
func (f *flow) end() int64 {
	f.t.Helper()
	f.stop.Store(true)
	eventually(f.t, func() bool { return f.arrived.Load() == f.sent.Load() }, "all of the flow has arrived")
	f.abandon()
	return f.arrived.Load()
}

// abandon ends the flow, whatever has arrived.
func (f *flow) abandon() {
	f.over.Do(func() {
		f.stop.Store(true)
		f.to.nc.Close()
		f.both.Wait()
		f.from.nc.Close()
	})
}

// stream begins a flow between two clients of one user; an empty user is nobody.
func (b *broker) stream(t *testing.T, user, subject, body string) *flow {
	t.Helper()
	from, to := b.joinAs(t, user, "", 4<<10), b.joinAs(t, user, "SUB "+subject+" 1\r\n", 64<<10)
	return flowOf(t, from, to, subject, body)
}

// greet is what a user says whose password is the name; an empty one is nobody.
func greet(user string) string {
	if user == "" {
		return hello
	}
	return fmt.Sprintf("CONNECT {\"verbose\":false,\"protocol\":1,\"user\":%q,\"pass\":%q}\r\n", user, user)
}

// joinAs is join as a user.
func (b *broker) joinAs(t *testing.T, user, say string, buffer int) *protocolClient {
	t.Helper()
	c, err := dial(b.addr, greet(user)+say+"PING\r\n", buffer)
	require.NoError(t, err)
	t.Cleanup(func() { c.nc.Close() })
	require.NoError(t, c.untilPong())
	return c
}

// rates are those of a flow in phases that take turns.
type rates struct{ quiet, meanwhile []float64 }

// alternate measures with and without something that begins and ends. Each phase
// with it lies between two without.
func (f *flow) alternate(rounds int, span time.Duration, begin, end func()) (r rates) {
	f.rate(span) // to warm up
	r.quiet = append(r.quiet, f.rate(span))
	for range rounds {
		begin()
		r.meanwhile = append(r.meanwhile, f.rate(span))
		end()
		r.quiet = append(r.quiet, f.rate(span))
	}
	return r
}

// ratios compare each phase with those before and behind it.
func (r rates) ratios() []float64 {
	var all []float64
	for i, with := range r.meanwhile {
		all = append(all, with/max((r.quiet[i]+r.quiet[i+1])/2, 1))
	}
	slices.Sort(all)
	return all
}

// judge requires that at least 95% of the rate was left, at full length.
func (r rates) judge(t *testing.T, what string) {
	t.Helper()
	all := r.ratios()
	ratio := all[len(all)/2]
	free := slices.Sorted(slices.Values(r.quiet))
	t.Logf("%s: %.0f%% of the rate, median of %d phases (%.0f%% to %.0f%%); %.0f messages a second without in the median, %.0f to %.0f",
		what, 100*ratio, len(all), 100*all[0], 100*all[len(all)-1], free[len(free)/2], free[0], free[len(free)-1])
	assert.False(t, math.IsNaN(ratio) || ratio == 0, "something arrives")
	if full {
		assert.GreaterOrEqual(t, ratio, 0.95, what)
	}
}
