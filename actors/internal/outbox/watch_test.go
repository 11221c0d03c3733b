package outbox

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// observed is a Watch that writes down what it is told.
type observed struct{ said string }

func (o *observed) Taken(time.Time) { o.said += "taken " }

func (o *observed) Ended(_ time.Time, written bool) {
	if written {
		o.said += "written"
	} else {
		o.said += "dropped"
	}
}

// watched is a piece with somebody who watches it.
func watched(text string) (*Deliver, *observed) {
	d, o := piece(text), &observed{}
	d.Watch(o)
	return d, o
}

// TestWatchedPieces: whoever watches a message is told once what becomes of it, on each way that it may take.
func TestWatchedPieces(t *testing.T) {
	const taken = "taken "
	push := func(o *Outbox, text string) *observed {
		d, w := watched(text)
		d.Taken()
		o.Push(d)
		return w
	}
	t.Run("offered", func(t *testing.T) {
		var o Outbox
		first, second := push(&o, "abc"), push(&o, "def") // one piece
		l := &fakeLink{room: 4}
		_, _ = o.Offer(l)
		assert.Equal(t, taken, first.said)
		l.room = 10
		_, _ = o.Offer(l)
		assert.Equal(t, []string{taken + "written", taken + "written"}, []string{first.said, second.said})
	})
	t.Run("own", func(t *testing.T) {
		var o Outbox
		w := &observed{}
		o.Reply("MSG")
		o.Watch(w)
		_, _ = o.Offer(&fakeLink{room: 10})
		assert.Equal(t, taken+"written", w.said)
	})
	t.Run("by the writer", func(t *testing.T) {
		var o Outbox
		w := push(&o, "abc")
		_ = o.HandOver(100).Run(&fakeLink{}, time.Second, func() {})
		assert.Equal(t, taken+"written", w.said)
	})
	t.Run("by a writer that fails", func(t *testing.T) {
		var o Outbox
		w := push(&o, "abc")
		writer := o.HandOver(100)
		_ = writer.Run(&fakeLink{err: errors.New("torn")}, time.Second, func() {})
		assert.Equal(t, 1, writer.Rest())
		assert.Equal(t, taken+"dropped", w.said)
	})
	t.Run("shed", func(t *testing.T) {
		var o Outbox
		w := push(&o, "abc")
		assert.Equal(t, 1, o.Shed(1, true))
		assert.Equal(t, taken+"dropped", w.said)
	})
	t.Run("never posted", func(t *testing.T) {
		d, w := watched("abc")
		into := NewDeliver(10)
		d.Move(into)
		d.Recycle()
		assert.Empty(t, w.said)
		into.Recycle()
		assert.Equal(t, "dropped", w.said)
	})
}
