package outbox

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/inbound"
	"github.com/troupe-mq/troupe/actors/report"
)

// fakeLink takes so many bytes without waiting, and any number with.
type fakeLink struct {
	room  int
	err   error
	got   strings.Builder
	calls int
}

func (f *fakeLink) ReadInto(*inbound.Input) error { return nil }

func (f *fakeLink) HangUp(report.CloseReason) {}

func (f *fakeLink) Abort() {}

func (f *fakeLink) Polite() bool { return false }

func (f *fakeLink) Conn() net.Conn { return nil }

func (f *fakeLink) Offer(p []byte) (int, error) {
	f.calls++
	if f.err != nil {
		return 0, f.err
	}
	n := min(f.room, len(p))
	f.room -= n
	f.got.Write(p[:n])
	return n, nil
}

func (f *fakeLink) WriteAll(p []byte, _ time.Duration) error {
	f.calls++
	if f.err == nil {
		f.got.Write(p)
	}
	return f.err
}

// piece is a deliver with this text in it.
func piece(text string) *Deliver {
	d := NewDeliver(len(text))
	d.Bytes = append(d.Bytes, text...)
	d.Messages = 1
	return d
}

func TestOutboxCoalesces(t *testing.T) {
	o, l := &Outbox{}, &fakeLink{room: 1 << 20}
	o.Push(piece("one "))
	o.Push(piece("two "))
	o.Reply("+OK ")
	assert.Len(t, o.Queue, 1, "small pieces share a buffer")
	assert.Equal(t, 2, o.Queue[0].Messages)
	large := strings.Repeat("x", coalesce+1)
	o.Push(piece(large))
	o.Push(piece("three"))
	assert.Len(t, o.Queue, 2, "a large piece is not copied, but taken")
	assert.Equal(t, len("one two +OK three")+len(large), o.Pending())

	all, err := o.Offer(l)
	require.NoError(t, err)
	assert.True(t, all)
	assert.Equal(t, "one two +OK "+large+"three", l.got.String())
	assert.Equal(t, 2, l.calls)
	assert.Zero(t, o.Pending())
	assert.Zero(t, o.Held())
	assert.False(t, o.busy())
}

func TestOutboxOffersFromWhereItStands(t *testing.T) {
	o, l := &Outbox{}, &fakeLink{room: 3}
	a, b := strings.Repeat("a", coalesce+1), strings.Repeat("b", coalesce+1)
	o.Push(piece(a))
	o.Push(piece(b))
	for _, room := range []int{3, 1, coalesce, 5, 0, 1 << 20} {
		l.room = room
		before := o.Pending()
		all, err := o.Offer(l)
		require.NoError(t, err)
		assert.Equal(t, before-min(room, before), o.Pending())
		assert.Equal(t, o.Pending() == 0, all)
	}
	assert.Equal(t, a+b, l.got.String())
}

func TestOutboxOfferFails(t *testing.T) {
	o, l := &Outbox{}, &fakeLink{err: errors.New("gone")}
	o.Push(piece("hello"))
	all, err := o.Offer(l)
	assert.False(t, all)
	require.ErrorIs(t, err, l.err)
	assert.Equal(t, 5, o.Pending(), "what failed is still there, to be counted")
	assert.Equal(t, 1, o.Discard())
	assert.Zero(t, o.Pending())
	assert.Zero(t, o.Held())
}

func TestOutboxHandsOver(t *testing.T) {
	o, l := &Outbox{}, &fakeLink{room: 4}
	o.Push(piece("hello"))
	_, err := o.Offer(l)
	require.NoError(t, err)
	w := o.HandOver(WriterQuota)
	assert.True(t, o.Writing)
	assert.Equal(t, 1, o.Pending(), "what the writer has is pending")
	assert.Positive(t, o.Held())

	o.Push(piece(" world"))
	assert.Equal(t, 7, o.Pending())
	assert.NotZero(t, o.Queue[0].since, "what waits for the writer knows since when")
	require.NoError(t, w.Run(l, time.Second, func() {}))
	o.Writing = false
	assert.Equal(t, 6, o.Pending())
	require.NoError(t, o.HandOver(WriterQuota).Run(l, time.Second, func() {}))
	assert.Equal(t, "hello world", l.got.String())
	assert.Zero(t, o.Pending())
	assert.Zero(t, o.Held())
}

func TestOutboxHandsOverByQuotas(t *testing.T) {
	o, l := &Outbox{}, &fakeLink{}
	want := ""
	for range 5 {
		text := strings.Repeat("x", WriterQuota/2-1)
		want += text
		o.Push(piece(text))
	}
	times := 0
	for o.busy() {
		w := o.HandOver(WriterQuota)
		assert.LessOrEqual(t, len(w.queue), 3)
		require.NoError(t, w.Run(l, time.Second, func() {}))
		o.Writing = false
		times++
	}
	assert.Equal(t, 2, times)
	assert.Equal(t, want, l.got.String())
	assert.Zero(t, o.Pending())
	assert.Zero(t, o.Held())
}

func TestOutboxKeepsWhatMayHaveToBeDropped(t *testing.T) {
	o := &Outbox{}
	for range 10 {
		o.Push(piece(strings.Repeat("x", coalesce+1)))
	}
	w := o.HandOver(Share(10 * coalesce))
	assert.Len(t, w.queue, 3, "a quarter of the limit, rounded up to a piece")
	assert.Len(t, o.Queue, 7)
	assert.Equal(t, WriterQuota, Share(64<<20), "never more than a quota")
}

func TestOutboxWriterFails(t *testing.T) {
	o, l := &Outbox{}, &fakeLink{err: errors.New("gone")}
	o.Push(piece("hello"))
	w := o.HandOver(WriterQuota)
	require.ErrorIs(t, w.Run(l, time.Second, func() {}), l.err)
	assert.Equal(t, 5, o.Pending())
}

// TestShedIsSmallWork: one piece of ten thousand is shed without a look at the others, from both ends, and what holds the
// broker's own answers keeps its place.
func TestShedIsSmallWork(t *testing.T) {
	const pieces = 10_000
	for _, newest := range []bool{false, true} {
		var o Outbox
		o.Reply("PONG\r\n")
		for i := range pieces {
			d := NewDeliver(8 << 10) // too large to be put behind the one before
			d.Bytes = fmt.Appendf(d.Bytes, "%08d", i)
			d.Bytes, d.Messages = append(d.Bytes, make([]byte, 4<<10)...), 1
			o.Push(d)
		}
		before, end := &o.Queue[0], &o.Queue[pieces]
		assert.Equal(t, 20, o.Shed(20*(4<<10), newest))
		require.Len(t, o.Queue, pieces+1-20)
		assert.Equal(t, "PONG\r\n", string(o.Queue[0].Bytes))
		first, last := 20, pieces-1
		if newest {
			first, last = 0, pieces-21
			assert.Same(t, before, &o.Queue[0], "nothing is moved")
		} else {
			assert.Same(t, end, &o.Queue[pieces-20], "nothing is moved")
		}
		assert.Equal(t, fmt.Sprintf("%08d", first), string(o.Queue[1].Bytes[:8]))
		assert.Equal(t, fmt.Sprintf("%08d", last), string(o.Queue[len(o.Queue)-1].Bytes[:8]))
	}
}

func TestOutboxSheds(t *testing.T) {
	large := func(c string) string { return strings.Repeat(c, coalesce+1) }
	fill := func() *Outbox {
		o := &Outbox{}
		for _, c := range []string{"a", "b", "c"} {
			o.Push(piece(large(c)))
		}
		return o
	}
	written := func(o *Outbox) string {
		l := &fakeLink{room: 1 << 20}
		_, err := o.Offer(l)
		require.NoError(t, err)
		return l.got.String()
	}

	o := fill()
	assert.Equal(t, 1, o.Shed(10, true))
	assert.Equal(t, large("a")+large("b"), written(o), "the newest goes")

	o = fill()
	assert.Equal(t, 1, o.Shed(10, false))
	assert.Equal(t, large("b")+large("c"), written(o), "the oldest goes")

	o = fill()
	_, err := o.Offer(&fakeLink{room: 1})
	require.NoError(t, err)
	assert.Equal(t, 2, o.Shed(1<<20, false))
	assert.Equal(t, large("a")[1:], written(o), "what is half written has to be finished")

	o = fill()
	o.Reply("+OK")
	assert.Equal(t, 2, o.Shed(1<<20, false))
	assert.Equal(t, large("c")+"+OK", written(o), "answers are not messages")
	assert.Zero(t, o.Held())
}

func TestDeliverClasses(t *testing.T) {
	for _, size := range []int{1, 1 << 10, 1<<10 + 1, 80 << 10, 1 << 20, 4 << 20} {
		d := NewDeliver(size)
		assert.GreaterOrEqual(t, d.Room(), size)
		assert.Empty(t, d.Bytes)
		d.Bytes = append(d.Bytes, "x"...)
		d.Recycle()
	}
}

// What a client may answer to counts as long as it is on its way.
func TestNotesCount(t *testing.T) {
	d := piece("MSG")
	before := d.Memory()
	d.Note(strings.Repeat("r", 4000), "short")
	assert.Equal(t, before+4005+2*noteRoom, d.Memory())
	assert.Equal(t, d.Memory(), d.Claim())
	d.Noted()
	assert.Equal(t, before, d.Memory())
	assert.Empty(t, d.Replies)
}
