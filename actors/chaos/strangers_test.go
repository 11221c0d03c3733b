package chaos_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

// garbage is what a stranger may say.
var garbage = []func(r *rand.Rand) string{
	func(*rand.Rand) string { return "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" },
	func(*rand.Rand) string {
		return "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + strings.Repeat("\x00", 100)
	},
	func(*rand.Rand) string { return "PUB\r\n" },
	func(*rand.Rand) string { return "PUB a -1\r\nx\r\n" },
	func(*rand.Rand) string { return "SUB " + strings.Repeat("a", 5000) + " 1\r\n" },
	func(*rand.Rand) string { return "CONNECT {" + strings.Repeat("[", 3000) + "\r\n" },
	func(*rand.Rand) string { return "PUB a 99999999\r\n" },
	func(*rand.Rand) string { return "-ERR 'you are wrong'\r\n" },
	func(r *rand.Rand) string {
		b := make([]byte, 1+r.IntN(2000))
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return string(b) + "\r\n\x00\r\n"
	},
}

// TestGarbage: two thousand strangers a second who talk nonsense disturb nobody,
// and do not fill the log.
func TestGarbage(t *testing.T) {
	inShort(t)
	b := start(t, actors.Config{})
	crowd := pair(t, b)
	crowd.watch(1, scale(time.Second, 200*time.Millisecond))
	base := b.state()
	elsewhere := start(t, actors.Config{}) // as busy, but not what the pair is connected to
	var strangers atomic.Int64
	rate, span := scale(2000, 200), scale(5*time.Second, 300*time.Millisecond)
	var busy time.Duration
	met := int64(0)
	attack := func(addr string) {
		const workers = 8
		due := make(chan struct{}, rate)
		go pace(due, rate, span)
		crowdOf(t, workers, workers, func(w int) error {
			r := rand.New(rand.NewPCG(1, uint64(w)))
			for range due {
				if err := stranger(addr, garbage[r.IntN(len(garbage))](r)); err != nil {
					return err
				}
				strangers.Add(1)
			}
			return nil
		})
	}
	var control []latencies
	s := crowd.alternate(scale(6, 2), scale(3*time.Second, 200*time.Millisecond), func(int) {
		attack(elsewhere.addr)
		control = append(control, crowd.take())
		strangers.Store(0)
		began := time.Now()
		attack(b.addr)
		busy += time.Since(began)
		met += strangers.Load()
	})
	crowd.end()
	b.settle()
	causes, worst := map[string]int{}, map[string]int{}
	for line, n := range ask[map[string]int](b, "Lines", Nothing{}) {
		_, cause, _ := strings.Cut(line, " ")
		causes[cause] += n
		worst[cause] = max(worst[cause], n)
	}
	t.Logf("%d strangers, %.0f a second; closed: %v", met, float64(met)/busy.Seconds(),
		ask[map[report.CloseReason]int](b, "Closed", Nothing{}))
	t.Logf("log lines: %v; in the worst second %v", causes, worst)
	t.Logf("p99 beside garbage for another broker: %s; p50 %s quiet, %s beside that, %s beside garbage", median(control, 0.99),
		median(s.quiet, 0.5), median(control, 0.5), median(s.meanwhile, 0.5))
	s.judge(t, "beside garbage")
	for cause, n := range worst {
		assert.LessOrEqual(t, n, 10, "log lines about %q in a second", cause)
	}
	b.unchanged(base)
}

// pace puts so many a second into due, for a while.
func pace(due chan<- struct{}, perSecond int, span time.Duration) {
	defer close(due)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	began, n := time.Now(), 0.0
	for passed := time.Duration(0); passed < span; passed = time.Since(began) {
		for ; n < passed.Seconds()*float64(perSecond); n++ {
			due <- struct{}{}
		}
		<-tick.C
	}
}

// stranger says something and waits until the broker has closed.
func stranger(addr, say string) error {
	c, err := dial(addr, "", 512)
	if err != nil {
		return err
	}
	defer c.nc.Close()
	_, _ = io.WriteString(c.nc, say) // the broker may be quicker to close
	c.end()
	return nil
}

// waiting is how many goroutines a broker may keep for work to come, and a few
// that are on their way while it is counted.
const waiting = 8 + 2

// unchanged requires that the broker has, in a while, no more of anything than before.
func (b *broker) unchanged(base State) {
	b.t.Helper()
	var now State
	eventually(b.t, func() bool {
		now = b.state()
		return now.Actors <= base.Actors && now.Goroutines <= base.Goroutines+waiting
	}, "%+v is like %+v again", &now, &base)
}

// TestComeAndGo: a hundred thousand clients that connect and close leave nothing
// behind.
func TestComeAndGo(t *testing.T) {
	inShort(t)
	b := start(t, actors.Config{})
	visit := func(i int) error {
		c, err := dial(b.addr, []string{"", hello, hello + "SUB a.b 1\r\nSUB c.* q 2\r\nPUB a.b 1\r\nx\r\nPING\r\n"}[i%3], 512)
		if err != nil {
			return err
		}
		if i%3 == 2 {
			if err := c.untilPong(); err != nil {
				return err
			}
		}
		if i%2 == 0 {
			if err := c.nc.(*net.TCPConn).SetLinger(0); err != nil { // its close is a reset
				return err
			}
		}
		return c.nc.Close()
	}
	n := scale(100_000, 1500)
	gone := func() bool { return ask[report.Stats](b, "Stats", Nothing{}).Connections == 0 }
	fresh := b.resident()
	// It remembers the last 10,000: the heap is as scattered as it ever will be
	// when all of these have come and gone a few times.
	crowdOf(t, n, 8, visit)
	eventually(t, gone, "all are gone")
	base, rss, files := b.state(), b.resident(), b.files()
	began := time.Now()
	crowdOf(t, n, 8, visit)
	took := time.Since(began)
	eventually(t, gone, "all are gone again")
	b.settle()
	b.unchanged(base)
	now, rssNow, filesNow := b.state(), b.resident(), b.files()
	t.Logf("%d came and went, %.0f a second: resident %.1f MiB at first, %.1f when as many had come, %.1f after; actors %d, %d; goroutines %d, %d; descriptors %d, %d",
		n, float64(n)/took.Seconds(), fresh, rss, rssNow, base.Actors, now.Actors, base.Goroutines, now.Goroutines, files, filesNow)
	require.Equal(t, fmt.Sprint(base.Actors, files), fmt.Sprint(now.Actors, filesNow))
	if full {
		assert.LessOrEqual(t, rssNow-rss, 5.0, "MiB")
	}
}
