package tap_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/supervisor"
)

func TestTapGap(t *testing.T) { losesWhatIsTooMuch(t, false) }

// TestSampled: of a tap that is to lose what is too much, that it does is no event.
func TestSampled(t *testing.T) { losesWhatIsTooMuch(t, true) }

func losesWhatIsTooMuch(t *testing.T, sampled bool) {
	t.Helper()
	free := make(chan struct{})
	e := &ear{before: func(*tap.Batch) { <-free }}
	tapped(t, tap.Spec{MaxBytes: 4000, Feeds: tap.Commands, Sampled: sampled}, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
		free = make(chan struct{})
		const all = 100
		for range all {
			c.Send("PUB a 0", "")
			actorstest.Advance(t, 10*time.Millisecond)
		}
		c.Fence()
		s := b.Taps()[0]
		assert.LessOrEqual(t, s.Bytes, 4000+1000)
		assert.Positive(t, s.Lost)
		close(free)
		actorstest.Advance(t, time.Second)
		got, lost := 0, 0
		for _, r := range e.heard() {
			if r.Kind == tap.Lost {
				lost += int(r.Gap.Count)
				assert.Equal(t, time.Duration(lost-1)*10*time.Millisecond, r.Gap.To.Sub(r.Gap.From))
			} else {
				got++
			}
		}
		assert.Equal(t, all, got+lost)
		assert.Equal(t, b.Taps()[0].Lost, uint64(lost))
		assert.Zero(t, b.Taps()[0].Bytes)
		if sampled {
			assert.Empty(t, happened(t, b))
			return
		}
		assert.Equal(t, []string{"losing records", "caught up"}, happened(t, b))
	})
}

// TestTapCrashes: what a tap was in the middle of is given to its successor, and
// left out when it crashes again.
func TestTapCrashes(t *testing.T) {
	for _, policy := range []tap.Policy{tap.Drop, tap.Block} {
		t.Run(fmt.Sprint(policy), func(t *testing.T) {
			poison := "a"
			e := &ear{}
			e.before = func(b *tap.Batch) {
				for r := range b.Records() {
					if r.Subject == poison {
						panic("a tap crashes")
					}
				}
			}
			tapped(t, tap.Spec{Policy: policy, Feeds: tap.Commands}, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
				other := b.Client(t)
				c.Send("PUB a 0", "", "PING")
				other.Send("PUB b 0", "", "PING")
				actorstest.Advance(t, time.Second)
				if policy == tap.Block {
					c.Expect("-ERR 'Message Not Recorded'")
				}
				c.Expect("PONG")
				other.Expect("+OK", "PONG")
				if policy == tap.Block {
					assert.Equal(t, []string{"published b size=0 accepted"}, e.lines())
				} else {
					assert.ElementsMatch(t, []string{"published b size=0 no_interest", "gap 1 the tap crashed on it"}, e.lines())
				}
				assert.Equal(t, []string{"failed", "restarted", "failed", "restarted"}, happened(t, b))
			})
		})
	}
}

// TestHeldBatchesAreGivenAgain: who dies with batches that it has not said it has,
// has not got them.
func TestHeldBatchesAreGivenAgain(t *testing.T) {
	e := &ear{}
	var first []*tap.Batch
	e.before = func(b *tap.Batch) {
		for r := range b.Records() {
			switch {
			case len(first) == 0:
				b.Hold()
				first = append(first, b)
			case r.Subject == "b" && len(first) == 1:
				first = append(first, b)
				panic("a tap crashes")
			}
		}
	}
	tapped(t, tap.Spec{Policy: tap.Block, Feeds: tap.Commands}, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
		other := b.Client(t)
		c.Send("PUB a 0", "", "PING")
		other.Send("PUB b 0", "", "PING")
		c.Quiet()
		first[0].Done(errors.New("nobody listens any more"))
		actorstest.Advance(t, time.Second)
		c.Expect("PONG")
		other.Expect("+OK", "PONG")
	})
}

func TestStuckTap(t *testing.T) {
	for name, tc := range map[string]struct {
		spec   tap.Spec
		answer []string
		events []string
	}{
		"drop":        {tap.Spec{}, []string{"PONG"}, []string{"stuck", "left off"}},
		"block":       {tap.Spec{Policy: tap.Block}, []string{"-ERR 'Message Not Recorded'", "PONG"}, []string{"stuck", "takes records again"}},
		"let through": {tap.Spec{Policy: tap.Block, LetThrough: true}, []string{"PONG"}, []string{"stuck", "left off"}},
	} {
		t.Run(name, func(t *testing.T) {
			free := make(chan struct{})
			e := &ear{before: func(*tap.Batch) { <-free }}
			tc.spec.Feeds = tap.Commands
			tapped(t, tc.spec, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
				free = make(chan struct{})
				c.Send("PUB a 0", "", "PING")
				actorstest.Advance(t, 31*time.Second)
				c.Expect(tc.answer...)
				assert.True(t, b.Taps()[0].Stuck)
				c.Send("PUB a 0", "", "PING")
				c.Expect(tc.answer...) // at once
				close(free)
				actorstest.Advance(t, time.Second)
				assert.Subset(t, happened(t, b), tc.events)
				if tc.events[1] != "left off" {
					c.Send("PUB a 0", "", "PING")
					c.Expect("PONG")
				}
			})
		})
	}
}

// TestTapIsLeftOff: who may lose something and fails again and again is told
// nothing any more. Who may not is tried for ever.
func TestTapIsLeftOff(t *testing.T) {
	for _, policy := range []tap.Policy{tap.Drop, tap.Block} {
		t.Run(fmt.Sprint(policy), func(t *testing.T) {
			e := &ear{before: func(*tap.Batch) { panic("a tap crashes") }}
			tapped(t, tap.Spec{Policy: policy, Feeds: tap.Commands, MaxBatch: 1}, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
				for range 12 {
					c.Send("PUB a 0", "")
					actorstest.Advance(t, 6*time.Second)
				}
				s := b.Taps()[0]
				if policy == tap.Block {
					assert.Empty(t, s.LeftOff)
					c.Expect(strings.Split(strings.Repeat("-ERR 'Message Not Recorded'\n", 12), "\n")[:12]...)
					return
				}
				assert.NotEmpty(t, s.LeftOff)
				assert.Zero(t, s.Records)
				assert.Contains(t, happened(t, b), "left off")
				c.Fence()
			})
		})
	}
}

func TestFaultsOfTaps(t *testing.T) {
	e := &ear{}
	tapped(t, tap.Spec{}, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
		for _, kind := range []actors.FaultKind{actors.FaultPanic, actors.FaultSlow, actors.FaultStall} {
			r, err := b.Inject(t.Context(), actors.Fault{Target: "taps/ear", Kind: kind, For: 500 * time.Millisecond})
			require.NoError(t, err)
			assert.False(t, r.Gone)
			assert.Zero(t, r.Lost)
			if kind == actors.FaultPanic {
				assert.Equal(t, supervisor.Restart, r.Directive)
			}
		}
		e.heard()
		c.Send("PUB a 0", "")
		actorstest.Advance(t, time.Second)
		assert.Equal(t, []string{"published a size=0 no_interest"}, e.lines())
	})
}

// TestOnlyAGapIsLeft: a tap that cannot take anything is not told of its loss again
// and again.
func TestOnlyAGapIsLeft(t *testing.T) {
	calls := 0
	e := &ear{before: func(b *tap.Batch) { calls++; b.Hold(); b.Done(errors.New("no")) }}
	tapped(t, tap.Spec{Feeds: tap.Commands}, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
		c.Send("PUB a 0", "")
		actorstest.Advance(t, time.Minute)
		assert.Equal(t, 2, calls)
		assert.Equal(t, uint64(1), b.Taps()[0].Lost)
	})
}
