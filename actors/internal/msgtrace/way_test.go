package msgtrace

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire/tracing"
)

// under has traces told to a channel.
func under(t *testing.T, test func(d *Desk, told chan *report.Trace)) {
	t.Helper()
	synctest.Test(t, func(*testing.T) {
		d, told := &Desk{}, make(chan *report.Trace, 2*mostUnsettled)
		d.Watch(func(r *report.Trace) { told <- r })
		test(d, told)
	})
}

func begin() *Trace {
	return Begin(tracing.Request{Dest: "td", Sampled: true}, "A", 10, report.TraceStep{Time: time.Now(), Subject: "a"})
}

// toServer is the way to a server, which is begun now.
func (t *Trace) toServer() *Way {
	return t.OutToServer(&interest.Target{ID: 7, Kind: interest.Route}, "", "", time.Now())
}

// TestTimeOfEachPart: a trace is told when the message is with everybody, and says where it has spent its time.
func TestTimeOfEachPart(t *testing.T) {
	under(t, func(d *Desk, told chan *report.Trace) {
		tr := begin()
		<-time.After(time.Millisecond)
		tr.Routed(time.Now())
		<-time.After(2 * time.Millisecond)
		tr.Matched(time.Now())
		fast, slow, lost := tr.toServer(), tr.toServer(), tr.toServer()
		fast.Taken(time.Now())
		fast.Ended(time.Now(), true)
		d.Tell(tr)
		<-time.After(3 * time.Millisecond)
		slow.Taken(time.Now())
		lost.Ended(time.Now(), false)
		assert.Empty(t, told)
		<-time.After(4 * time.Millisecond)
		slow.Ended(time.Now(), true)

		r := <-told
		assert.Equal(t, []time.Duration{time.Millisecond, 2 * time.Millisecond}, []time.Duration{r.Parsing, r.Partition})
		type way struct {
			mailbox, socket time.Duration
			why             string
		}
		var ways []way
		for _, s := range r.Steps[1:] {
			ways = append(ways, way{s.Mailbox, s.Socket, s.Error})
		}
		assert.Equal(t, []way{{}, {3 * time.Millisecond, 4 * time.Millisecond, ""}, {3 * time.Millisecond, 0, Dropped}}, ways)
		<-time.After(time.Second)
		assert.Empty(t, told, "it is told once")
		assert.Zero(t, d.unsettled.Load())
	})
}

// TestStuckReceiver: the trace says for what the message waits, before long.
func TestStuckReceiver(t *testing.T) {
	under(t, func(d *Desk, told chan *report.Trace) {
		tr := begin()
		stuck, deaf := tr.toServer(), tr.toServer()
		stuck.Taken(time.Now())
		d.Tell(tr)
		<-time.After(settleTime + 1)
		synctest.Wait()
		steps := (<-told).Steps
		assert.Equal(t, report.WaitsForSocket, steps[1].Waits)
		assert.Equal(t, settleTime, steps[1].Socket)
		assert.Equal(t, report.WaitsInMailbox, steps[2].Waits)
		assert.Equal(t, settleTime, steps[2].Mailbox)
		stuck.Ended(time.Now(), true)
		deaf.Ended(time.Now(), false)
		assert.Empty(t, told)
	})
}

// TestWaitingTracesAreBounded: those beyond the bound are told when the commit is over.
func TestWaitingTracesAreBounded(t *testing.T) {
	under(t, func(d *Desk, told chan *report.Trace) {
		for range mostUnsettled + 3 {
			tr := begin()
			tr.toServer()
			d.Tell(tr)
		}
		assert.Len(t, told, 3)
		<-time.After(settleTime + 1)
		synctest.Wait()
		assert.Len(t, told, mostUnsettled+3)
	})
}

// TestEachWatchSeesItsOwn: who watches what is sampled does not see what others have asked for, and the other way round.
func TestEachWatchSeesItsOwn(t *testing.T) {
	var d Desk
	var asked, sampled int
	assert.False(t, d.IsWatched() || d.SeesSampled())
	d.Watch(func(*report.Trace) { asked++ })
	d.WatchSampled(func(*report.Trace) { sampled++ })
	assert.True(t, d.IsWatched() && d.SeesSampled())
	d.Tell(Begin(tracing.Request{Dest: "td"}, "A", 1, report.TraceStep{}))
	d.Tell(Begin(tracing.Request{Sampled: true}, "A", 1, report.TraceStep{}))
	d.Tell(Begin(tracing.Request{Sampled: true}, "A", 1, report.TraceStep{}))
	assert.Equal(t, []int{1, 2}, []int{asked, sampled})
}
