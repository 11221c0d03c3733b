//go:build linux

package parking

import (
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/supervisor"
)

const (
	patience  = 10 * time.Second
	workersGo = 3 * time.Second // those of a host, which wait for more to do
)

// newLot is a lot, and what is reported of its goroutine.
func newLot(t *testing.T) (*Lot, <-chan supervisor.Event) {
	t.Helper()
	events := make(chan supervisor.Event, 8)
	h := host.New(hclog.NewNullLogger(), func(e supervisor.Event) { events <- e })
	l := New(h)
	t.Cleanup(func() {
		l.Close()
		h.System.Shutdown()
	})
	return l, events
}

// car is a sleeper that counts.
type car struct {
	place         Place
	nudges, wakes atomic.Int64
	crashes       bool
	near          syscall.RawConn
	nc, far       net.Conn
}

func (c *car) Nudge() { c.nudges.Add(1) }

func (c *car) Wake() {
	c.wakes.Add(1)
	if c.crashes {
		panic("waking crashes")
	}
}

// newCar is one with a socket, and its other end.
func newCar(t *testing.T) *car {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	c := new(car)
	c.far, err = net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	c.nc, err = l.Accept()
	require.NoError(t, err)
	t.Cleanup(func() { c.far.Close(); c.nc.Close() })
	c.near, err = c.nc.(syscall.Conn).SyscallConn()
	require.NoError(t, err)
	return c
}

func (c *car) park(t *testing.T, l *Lot) {
	t.Helper()
	c.place.who = c
	require.True(t, l.Park(&c.place, c.near))
}

func (c *car) say(t *testing.T) {
	t.Helper()
	_, err := c.far.Write([]byte("x"))
	require.NoError(t, err)
}

func (c *car) awaitWakes(t *testing.T, n int64) {
	t.Helper()
	require.Eventually(t, func() bool { return c.wakes.Load() >= n }, patience, time.Millisecond)
	assert.Equal(t, n, c.wakes.Load())
}

// TestParked: who parks is woken by what comes, by what has come before, and by the end.
func TestParked(t *testing.T) {
	l, _ := newLot(t)
	for name, do := range map[string]func(c *car){
		"bytes": func(c *car) { c.park(t, l); c.say(t) },
		"before": func(c *car) {
			c.say(t)
			require.NoError(t, c.near.Read(func(fd uintptr) bool { // they are there
				_, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK)
				return err == nil
			}))
			c.park(t, l)
		},
		"half closed": func(c *car) { c.park(t, l); require.NoError(t, c.far.(*net.TCPConn).CloseWrite()) },
		"reset": func(c *car) {
			c.park(t, l)
			require.NoError(t, c.far.(*net.TCPConn).SetLinger(0))
			require.NoError(t, c.far.Close())
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCar(t)
			do(c)
			c.awaitWakes(t, 1)
			l.Unpark(&c.place, c.near)
			assert.Zero(t, l.Parked())
		})
	}
}

// TestParkedAgain: a socket parks again and again, and a slot that is used again wakes nobody who has had it before.
func TestParkedAgain(t *testing.T) {
	l, _ := newLot(t)
	first, second := newCar(t), newCar(t)
	for n := range int64(3) {
		first.park(t, l)
		first.say(t)
		first.awaitWakes(t, n+1)
		l.Unpark(&first.place, first.near)
		require.NoError(t, first.near.Read(func(fd uintptr) bool { n, _ := syscall.Read(int(fd), make([]byte, 8)); return n > 0 }))
	}
	before := token{first.place.slot, first.place.spell}
	second.park(t, l)
	assert.Equal(t, before.slot, second.place.slot)
	assert.Nil(t, l.sleeper(before))
	assert.Same(t, second, l.sleeper(token{second.place.slot, second.place.spell}))
	l.forget(before)
	second.say(t)
	second.awaitWakes(t, 1)
	assert.EqualValues(t, 3, first.wakes.Load())
}

// TestClosedWhileParked: a socket that is closed here wakes nobody, and its descriptor may be that of another one by then.
func TestClosedWhileParked(t *testing.T) {
	l, _ := newLot(t)
	gone := newCar(t)
	gone.park(t, l)
	require.NoError(t, gone.nc.Close())
	l.Unpark(&gone.place, gone.near)
	next := newCar(t)
	next.park(t, l)
	next.say(t)
	next.awaitWakes(t, 1)
	assert.Zero(t, gone.wakes.Load())
}

// TestWakingCrashes: the goroutine that wakes sleepers is followed by another one, and all others are woken.
func TestWakingCrashes(t *testing.T) {
	l, events := newLot(t)
	cars := make([]*car, 20)
	for i := range cars {
		cars[i] = newCar(t)
		cars[i].crashes = i%2 == 0
		cars[i].park(t, l)
	}
	for _, c := range cars {
		c.say(t)
	}
	for _, c := range cars {
		c.awaitWakes(t, 1)
	}
	for range len(cars) / 2 {
		select {
		case <-events:
		case <-time.After(patience):
			require.Fail(t, "nobody has heard of it")
		}
	}
}

// TestNudged: who has been in one read for long is nudged, and nobody else.
func TestNudged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := newLot(t)
		waits, reads, works, gone := new(car), new(car), new(car), new(car)
		for _, c := range []*car{waits, reads, works, gone} {
			l.Enter(&c.place, c)
		}
		waits.place.Reads()
		l.Leave(&gone.place)
		l.Leave(&gone.place)
		<-time.After(lookEvery / 2)
		for range 3 {
			synctest.Wait()
			assert.Zero(t, waits.nudges.Load())
			reads.place.Reads()
			reads.place.Reads()
			reads.place.Reads()
			<-time.After(lookEvery / 2)
		}
		synctest.Wait()
		assert.EqualValues(t, 1, waits.nudges.Load())
		assert.Zero(t, reads.nudges.Load()+works.nudges.Load()+gone.nudges.Load())
		for _, c := range []*car{waits, reads, works} {
			l.Leave(&c.place)
		}
		<-time.After(lookEvery + workersGo)
		synctest.Wait()
		l.mu.Lock()
		defer l.mu.Unlock()
		assert.Empty(t, l.awake)
		assert.False(t, l.looking, "nobody is there to be looked at")
	})
}

// TestNudgedInTurn: those who are nudged together are not nudged at once.
func TestNudgedInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := newLot(t)
		cars := make([]*car, 2*nudgedAtOnce+1)
		all := make([]Sleeper, len(cars))
		for i := range cars {
			cars[i] = new(car)
			all[i] = cars[i]
		}
		l.nudge(all)
		for n := range 3 {
			synctest.Wait()
			nudged := 0
			for _, c := range cars {
				nudged += int(c.nudges.Load())
			}
			assert.Equal(t, min((n+1)*nudgedAtOnce, len(cars)), nudged)
			<-time.After(nudgeEvery)
		}
		<-time.After(workersGo)
	})
}

// TestNoRoom: where a descriptor cannot be waited for, nobody is nudged for a while.
func TestNoRoom(t *testing.T) {
	l, _ := newLot(t)
	f, err := os.Create(filepath.Join(t.TempDir(), "file"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	c, other := new(car), new(car)
	c.near, err = f.SyscallConn()
	require.NoError(t, err)
	c.place.who = c
	assert.False(t, l.Park(&c.place, c.near))
	assert.Zero(t, l.Parked())
	l.awake = []*Place{&other.place}
	other.place.Reads()
	for range restFor - 1 {
		assert.Empty(t, l.still())
	}
	assert.Len(t, l.still(), 1)
	l.awake = nil
}

// TestQueueEnds: should the queue end by itself, all are woken, and nobody parks any more.
func TestQueueEnds(t *testing.T) {
	l, _ := newLot(t)
	a, b := newCar(t), newCar(t)
	a.park(t, l)
	b.park(t, l)
	l.queue.close()
	a.awaitWakes(t, 1)
	b.awaitWakes(t, 1)
	assert.False(t, l.Park(&a.place, a.near))
}

// TestClosedLot: nobody parks in it, and nobody is looked at.
func TestClosedLot(t *testing.T) {
	l, _ := newLot(t)
	c := newCar(t)
	c.park(t, l)
	l.Close()
	l.Enter(&c.place, c)
	assert.Empty(t, l.awake)
	l.Leave(&c.place)
	assert.False(t, l.Park(&c.place, c.near))
	var none *Lot
	none.Enter(&c.place, c)
	none.Leave(&c.place)
	assert.False(t, none.Park(&c.place, c.near))
}
