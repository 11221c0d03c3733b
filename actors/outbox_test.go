package actors

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fakeLink takes so many bytes without waiting, and any number with.
type fakeLink struct {
	room  int
	err   error
	got   strings.Builder
	calls int
}

func (f *fakeLink) read(*input) error  { return nil }
func (f *fakeLink) hangUp(CloseReason) {}
func (f *fakeLink) abort()             {}
func (f *fakeLink) polite() bool       { return false }
func (f *fakeLink) conn() net.Conn     { return nil }

func (f *fakeLink) offer(p []byte) (int, error) {
	f.calls++
	if f.err != nil {
		return 0, f.err
	}
	n := min(f.room, len(p))
	f.room -= n
	f.got.Write(p[:n])
	return n, nil
}

func (f *fakeLink) write(p []byte, _ time.Duration) error {
	f.calls++
	if f.err == nil {
		f.got.Write(p)
	}
	return f.err
}

// piece is a deliver with this text in it.
func piece(text string) *deliver {
	d := newDeliver(len(text))
	d.bytes = append(d.bytes, text...)
	d.messages = 1
	return d
}

func TestOutboxCoalesces(t *testing.T) {
	o, l := &outbox{}, &fakeLink{room: 1 << 20}
	o.push(piece("one "))
	o.push(piece("two "))
	o.reply("+OK ")
	assert.Len(t, o.queue, 1, "small pieces share a buffer")
	assert.Equal(t, 2, o.queue[0].messages)
	large := strings.Repeat("x", coalesce+1)
	o.push(piece(large))
	o.push(piece("three"))
	assert.Len(t, o.queue, 2, "a large piece is not copied, but taken")
	assert.Equal(t, len("one two +OK three")+len(large), o.pending())

	all, err := o.offer(l)
	require.NoError(t, err)
	assert.True(t, all)
	assert.Equal(t, "one two +OK "+large+"three", l.got.String())
	assert.Equal(t, 2, l.calls)
	assert.Zero(t, o.pending())
	assert.Zero(t, o.held())
	assert.False(t, o.busy())
}

func TestOutboxOffersFromWhereItStands(t *testing.T) {
	o, l := &outbox{}, &fakeLink{room: 3}
	a, b := strings.Repeat("a", coalesce+1), strings.Repeat("b", coalesce+1)
	o.push(piece(a))
	o.push(piece(b))
	for _, room := range []int{3, 1, coalesce, 5, 0, 1 << 20} {
		l.room = room
		before := o.pending()
		all, err := o.offer(l)
		require.NoError(t, err)
		assert.Equal(t, before-min(room, before), o.pending())
		assert.Equal(t, o.pending() == 0, all)
	}
	assert.Equal(t, a+b, l.got.String())
}

func TestOutboxOfferFails(t *testing.T) {
	o, l := &outbox{}, &fakeLink{err: errors.New("gone")}
	o.push(piece("hello"))
	all, err := o.offer(l)
	assert.False(t, all)
	require.ErrorIs(t, err, l.err)
	assert.Equal(t, 5, o.pending(), "what failed is still there, to be counted")
	assert.Equal(t, 1, o.discard())
	assert.Zero(t, o.pending())
	assert.Zero(t, o.held())
}

func TestOutboxHandsOver(t *testing.T) {
	o, l := &outbox{}, &fakeLink{room: 4}
	o.push(piece("hello"))
	_, err := o.offer(l)
	require.NoError(t, err)
	w := o.handOver(lot)
	assert.True(t, o.writing)
	assert.Equal(t, 1, o.pending(), "what the writer has is pending")
	assert.Positive(t, o.held())

	o.push(piece(" world"))
	assert.Equal(t, 7, o.pending())
	assert.NotZero(t, o.queue[0].since, "what waits for the writer knows since when")
	require.NoError(t, w.run(l, time.Second, func() {}), func() {})
	o.writing = false
	assert.Equal(t, 6, o.pending())
	require.NoError(t, o.handOver(lot).run(l, time.Second, func() {}))
	assert.Equal(t, "hello world", l.got.String())
	assert.Zero(t, o.pending())
	assert.Zero(t, o.held())
}

func TestOutboxHandsOverByLots(t *testing.T) {
	o, l := &outbox{}, &fakeLink{}
	want := ""
	for range 5 {
		text := strings.Repeat("x", lot/2-1)
		want += text
		o.push(piece(text))
	}
	lots := 0
	for o.busy() {
		w := o.handOver(lot)
		assert.LessOrEqual(t, len(w.queue), 3)
		require.NoError(t, w.run(l, time.Second, func() {}), func() {})
		o.writing = false
		lots++
	}
	assert.Equal(t, 2, lots)
	assert.Equal(t, want, l.got.String())
	assert.Zero(t, o.pending())
	assert.Zero(t, o.held())
}

func TestOutboxKeepsWhatMayHaveToBeDropped(t *testing.T) {
	o := &outbox{}
	for range 10 {
		o.push(piece(strings.Repeat("x", coalesce+1)))
	}
	w := o.handOver(share(10 * coalesce))
	assert.Len(t, w.queue, 3, "a quarter of the limit, rounded up to a piece")
	assert.Len(t, o.queue, 7)
	assert.Equal(t, lot, share(64<<20), "never more than a lot")
}

func TestOutboxWriterFails(t *testing.T) {
	o, l := &outbox{}, &fakeLink{err: errors.New("gone")}
	o.push(piece("hello"))
	w := o.handOver(lot)
	require.ErrorIs(t, w.run(l, time.Second, func() {}), l.err, func() {})
	assert.Equal(t, 5, o.pending())
}

func TestOutboxSheds(t *testing.T) {
	large := func(c string) string { return strings.Repeat(c, coalesce+1) }
	fill := func() *outbox {
		o := &outbox{}
		for _, c := range []string{"a", "b", "c"} {
			o.push(piece(large(c)))
		}
		return o
	}
	written := func(o *outbox) string {
		l := &fakeLink{room: 1 << 20}
		_, err := o.offer(l)
		require.NoError(t, err)
		return l.got.String()
	}

	o := fill()
	assert.Equal(t, 1, o.shed(10, true))
	assert.Equal(t, large("a")+large("b"), written(o), "the newest goes")

	o = fill()
	assert.Equal(t, 1, o.shed(10, false))
	assert.Equal(t, large("b")+large("c"), written(o), "the oldest goes")

	o = fill()
	_, err := o.offer(&fakeLink{room: 1})
	require.NoError(t, err)
	assert.Equal(t, 2, o.shed(1<<20, false))
	assert.Equal(t, large("a")[1:], written(o), "what is half written has to be finished")

	o = fill()
	o.reply("+OK")
	assert.Equal(t, 2, o.shed(1<<20, false))
	assert.Equal(t, large("c")+"+OK", written(o), "answers are not messages")
	assert.Zero(t, o.held())
}

func TestDeliverClasses(t *testing.T) {
	for _, size := range []int{1, 1 << 10, 1<<10 + 1, 80 << 10, 1 << 20, 4 << 20} {
		d := newDeliver(size)
		assert.GreaterOrEqual(t, d.room(), size)
		assert.Empty(t, d.bytes)
		d.bytes = append(d.bytes, "x"...)
		d.recycle()
	}
}
