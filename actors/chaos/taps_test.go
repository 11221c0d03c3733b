package chaos_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/supervisor"
)

// TestBadTaps: a tap that panics, one that hangs and one that keeps what it is
// given for ever cost those who publish and read next to nothing, and are left off.
func TestBadTaps(t *testing.T) {
	for _, does := range []Misdeed{panics, hangs, leaks} {
		t.Run(string(does), func(t *testing.T) {
			inShort(t)
			b := start(t, actors.Config{PingInterval: time.Hour})
			stream := b.stream(t, "", "through.put", "0123456789abcdef")
			tap := BadTap{Does: does, Spec: tap.Spec{
				Name: "bad", Payload: tap.PayloadAll, Deadline: time.Second, StuckAfter: scale(5*time.Second, 300*time.Millisecond),
			}}
			add := func() { ask[Nothing](b, "AddTap", tap) }
			remove := func() { ask[Nothing](b, "RemoveTap", tap.Spec.Name) }
			if full {
				before := b.resident()
				span := 2 * time.Second
				r := stream.alternate(30, span, add, remove)
				r.judge(t, "beside a tap that "+string(does))
				_, peak := b.memory()
				t.Logf("resident %.1f MiB before, %.1f at most", before, peak)
				assert.LessOrEqual(t, peak-before, 96.0, "MiB more")
			}
			add()
			b.leftOff(tap)
			t.Logf("%d messages, none lost", stream.end())
			b.settle()
		})
	}
}

// leftOff requires that the tap fails, and is left off for that where there is time
// to see it: it may fail ten times in a minute.
func (b *broker) leftOff(name BadTap) {
	b.t.Helper()
	began := time.Now()
	expected := supervisor.What("left off")
	if name.Does == panics && !full {
		expected = supervisor.Failed
	}
	eventually(b.t, func() bool {
		for _, e := range ask[[]supervisor.Event](b, "History", Nothing{}) {
			if e.Path == "troupe/taps/"+name.Spec.Name && e.What == expected && e.Time.After(began) {
				assert.NotEmpty(b.t, e.Reason)
				b.t.Logf("%s: %s, %s after it was added", expected, e.Reason, e.Time.Sub(began).Round(time.Millisecond))
				return true
			}
		}
		return false
	}, "an event: %s", expected)
	s := ask[[]tap.Status](b, "Taps", Nothing{})[0]
	b.t.Logf("%+v", s)
	if expected != supervisor.Failed {
		assert.NotEmpty(b.t, s.LeftOff)
		assert.Zero(b.t, s.Bytes, "it keeps nothing")
	}
}
