package sys

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/report"
)

// TestPanicIsAnAnswerAndAnEvent: who has asked is told, and so is the history.
func TestPanicIsAnAnswerAndAnEvent(t *testing.T) {
	b, err := actors.Start(t.Context(), actors.Config{NoListen: true})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = b.Stop(ctx)
	})
	s := newService(b, Config{Reload: func() error { panic("boom") }})
	got := s.attempt(t.Context(), &request{subject: "$SYS.REQ.SERVER." + b.ServerID() + ".RELOAD", from: watcher, in: "$SYS"})
	assert.Equal(t, failed(codeInternal, "internal error"), got)
	events, err := b.History(t.Context(), 1)
	require.NoError(t, err)
	require.Len(t, events, 1)
	assert.Equal(t, "boom", events[0].Failure)
	assert.Equal(t, "troupe/actors/sys", events[0].Path)
}

func TestQueuesAreBounded(t *testing.T) {
	var q requests
	other := &client.Message{From: &report.Origin{Account: "B", CID: 2}}
	for i := range mayWait + 3 {
		q.take(&client.Message{From: &report.Origin{Account: "A", CID: 1}})
		if i == mayWait/2 {
			q.take(other)
		}
	}
	assert.Equal(t, 4, q.forget())
	found := false
	for range mayWait {
		q.busy = 0
		found = q.next() == other || found
	}
	assert.True(t, found, "who asks too much displaces itself")
	assert.Nil(t, q.next())
	for range 200 {
		q.take(&client.Message{Data: make([]byte, 100<<10)})
	}
	assert.LessOrEqual(t, q.waiting.Bytes(), mayWaitBytes)
	q.forget()
	for range mayWait + 3 {
		q.take(&client.Message{})
	}
	q.busy, q.dropped = 0, 3
	for range atOnce {
		assert.NotNil(t, q.next())
	}
	assert.Nil(t, q.next(), "all are busy")
	q.done()
	assert.NotNil(t, q.next())
	assert.Equal(t, 3, q.forget())
	assert.Zero(t, q.forget())

	var e events
	for range mayTell + 3 {
		e.add(&told{})
	}
	for range mayTell {
		require.NotNil(t, e.next())
		assert.Nil(t, e.next(), "one after the other")
		e.add(&told{due: true}) // the next will tell the same
		e.done()
	}
	assert.Nil(t, e.next())
}

// TestTracesWaitForTheActor: while it does not come to look at them, only so many are on their way to it.
func TestTracesWaitForTheActor(t *testing.T) {
	var s service
	told := 0
	see := func() { s.see(&report.Trace{}, func(*seen) { told++ }) }
	for range mayTrace + 3 {
		see()
	}
	assert.Equal(t, mayTrace, told)
	assert.EqualValues(t, 3, s.missed.Load(), "they are counted")
	s.unseen.Add(-1)
	see()
	assert.Equal(t, mayTrace+1, told)
}
