package supervisor_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/supervisor"
)

var errKnown = errors.New("known")

func TestDecide(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	ago := func(ds ...time.Duration) supervisor.History {
		h := supervisor.History{Streak: len(ds), Up: now.Add(-time.Second)}
		for _, d := range ds {
			h.Failures = append(h.Failures, now.Add(-d))
		}

		return h
	}
	policy := func(change func(p *supervisor.Policy)) supervisor.Policy {
		p := supervisor.Policy{
			Kind: supervisor.Permanent, Intensity: 2, Period: 10 * time.Second,
			Backoff: supervisor.Backoff{Min: time.Second, Max: 30 * time.Second, Factor: 3, Jitter: 0.5},
		}
		if change != nil {
			change(&p)
		}

		return p
	}
	crash := supervisor.Failure{Reason: "oops", Rnd: 0.5}
	kind := func(k supervisor.Kind) func(p *supervisor.Policy) {
		return func(p *supervisor.Policy) { p.Kind = k }
	}

	tests := []struct {
		name    string
		policy  supervisor.Policy
		history supervisor.History
		failure supervisor.Failure
		want    supervisor.Decision
	}{
		{
			"permanent, first", policy(nil), ago(), crash,
			supervisor.Decision{Directive: supervisor.Restart, Delay: time.Second, Reason: "1 failure in 10s"},
		},
		{
			"permanent, second: longer", policy(nil), ago(time.Second), crash,
			supervisor.Decision{Directive: supervisor.Restart, Delay: 3 * time.Second, Reason: "2 failures in 10s"},
		},
		{
			"permanent, one too many", policy(nil), ago(2*time.Second, time.Second), crash,
			supervisor.Decision{Directive: supervisor.Stop, Reason: "3 failures in 10s, 2 allowed"},
		},
		{
			"the old ones no longer count", policy(nil), ago(11*time.Second, 10*time.Second, time.Second), crash,
			supervisor.Decision{Directive: supervisor.Restart, Delay: 27 * time.Second, Reason: "2 failures in 10s"},
		},
		{
			"a calm time ends the streak", policy(nil),
			supervisor.History{Streak: 9, Up: now.Add(-11 * time.Second)},
			crash,
			supervisor.Decision{Directive: supervisor.Restart, Delay: time.Second, Reason: "1 failure in 10s"},
		},
		{
			"no period counts a whole life", policy(func(p *supervisor.Policy) { p.Period = 0 }),
			ago(time.Hour, time.Minute), crash,
			supervisor.Decision{Directive: supervisor.Stop, Reason: "3 failures, 2 allowed"},
		},
		{
			"zero intensity tolerates nothing", policy(func(p *supervisor.Policy) { p.Intensity = 0 }), ago(), crash,
			supervisor.Decision{Directive: supervisor.Stop, Reason: "1 failure in 10s, 0 allowed"},
		},
		{
			"negative intensity tolerates all", policy(func(p *supervisor.Policy) { p.Intensity = -1 }),
			supervisor.History{Streak: 100, Up: now},
			crash,
			supervisor.Decision{Directive: supervisor.Restart, Delay: 30 * time.Second, Reason: "failure 101 in a row"},
		},
		{
			"exceeded may escalate", policy(func(p *supervisor.Policy) {
				p.Intensity, p.Exceeded = 0, supervisor.Escalate
			}), ago(), crash,
			supervisor.Decision{Directive: supervisor.Escalate, Reason: "1 failure in 10s, 0 allowed"},
		},
		{
			"rest for one", policy(func(p *supervisor.Policy) { p.Scope = supervisor.RestForOne }), ago(), crash,
			supervisor.Decision{
				Directive: supervisor.Restart, Delay: time.Second, Scope: supervisor.RestForOne, Reason: "1 failure in 10s",
			},
		},
		{
			"all for one", policy(func(p *supervisor.Policy) { p.Scope = supervisor.AllForOne }), ago(), crash,
			supervisor.Decision{
				Directive: supervisor.Restart, Delay: time.Second, Scope: supervisor.AllForOne, Reason: "1 failure in 10s",
			},
		},
		{
			"permanent that stopped by itself", policy(nil), ago(),
			supervisor.Failure{Normal: true, Rnd: 0.5},
			supervisor.Decision{Directive: supervisor.Restart, Delay: time.Second, Reason: "1 failure in 10s"},
		},
		{
			"transient failed", policy(kind(supervisor.Transient)), ago(), crash,
			supervisor.Decision{Directive: supervisor.Restart, Delay: time.Second, Reason: "1 failure in 10s"},
		},
		{
			"transient that stopped by itself", policy(kind(supervisor.Transient)), ago(),
			supervisor.Failure{Normal: true},
			supervisor.Decision{Directive: supervisor.Stop, Reason: "stopped by itself"},
		},
		{
			"temporary", policy(kind(supervisor.Temporary)), ago(), crash,
			supervisor.Decision{Directive: supervisor.Stop, Reason: "temporary: never restarted"},
		},
		{
			"a temporary one does not take its siblings along", policy(func(p *supervisor.Policy) {
				p.Kind, p.Scope = supervisor.Temporary, supervisor.AllForOne
			}), ago(), crash,
			supervisor.Decision{Directive: supervisor.Stop, Reason: "temporary: never restarted"},
		},
		{
			"an unknown kind is not restarted", policy(kind("permanant")), ago(), crash,
			supervisor.Decision{Directive: supervisor.Stop, Reason: "temporary: never restarted"},
		},
		{
			"a listed reason resumes, whatever the count", policy(func(p *supervisor.Policy) {
				p.Intensity, p.Resume = 0, []error{errKnown}
			}), ago(),
			supervisor.Failure{Reason: supervisor.Fail(errKnown)},
			supervisor.Decision{Directive: supervisor.Resume, Reason: "this reason only costs the message"},
		},
		{
			"but not at the start: it never began", policy(func(p *supervisor.Policy) { p.Resume = []error{errKnown} }),
			ago(),
			supervisor.Failure{Reason: errKnown, Starting: true, Rnd: 0.5},
			supervisor.Decision{Directive: supervisor.Restart, Delay: time.Second, Reason: "1 failure in 10s"},
		},
		{
			"a failure to start is always delayed", policy(func(p *supervisor.Policy) { p.Backoff = supervisor.Backoff{} }),
			ago(),
			supervisor.Failure{Starting: true},
			supervisor.Decision{Directive: supervisor.Restart, Delay: 50 * time.Millisecond, Reason: "1 failure in 10s"},
		},
	}

	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.want.Scope == "" {
				tt.want.Scope = supervisor.OneForOne
			}

			assert.Equal(t, tt.want, supervisor.Decide(tt.policy, tt.history, tt.failure, now))
		})
	}
}

func TestHistoryIsBounded(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	p := supervisor.Policy{Kind: supervisor.Permanent, Intensity: 3}

	var h supervisor.History
	for range 1000 {
		h = h.After(p, now)
		now = now.Add(time.Second)
	}

	assert.Len(t, h.Failures, 4)
	assert.Equal(t, 1000, h.Streak)

	before := h
	_ = h.After(p, now)
	assert.Equal(t, before, h, "a history is a value")

	p.Intensity = -1
	assert.Empty(t, h.After(p, now).Failures)
}

func TestBackoffDelay(t *testing.T) {
	b := supervisor.Backoff{Min: 100 * time.Millisecond, Max: 5 * time.Second, Factor: 2, Jitter: 0.25}
	least := time.Duration(float64(b.Min) * (1 - b.Jitter))

	for attempt := -1; attempt < 3000; attempt++ {
		for _, rnd := range []float64{0, 0.25, 0.5, 0.75, math.Nextafter(1, 0)} {
			d := b.Delay(attempt, rnd)
			assert.GreaterOrEqual(t, d, least)
			assert.LessOrEqual(t, d, b.Max)
			assert.Equal(t, d, b.Delay(attempt, rnd))
			assert.GreaterOrEqual(t, b.Delay(attempt+1, rnd), d, "it never gets shorter")
		}
	}

	assert.Equal(t, 100*time.Millisecond, b.Delay(1, 0.5))
	assert.Equal(t, 200*time.Millisecond, b.Delay(2, 0.5))
	assert.Equal(t, 150*time.Millisecond, b.Delay(2, 0))
	assert.Equal(t, 5*time.Second, b.Delay(20, 0.5))

	assert.Zero(t, supervisor.Backoff{Max: time.Second, Jitter: 1}.Delay(9, 0.9), "no minimum, no back-off")
	assert.Equal(t, time.Second, supervisor.Backoff{Min: time.Second}.Delay(9, 0.9), "no maximum: constant")
	assert.Equal(t, 4*time.Second, supervisor.Backoff{Min: time.Second, Max: time.Minute}.Delay(3, 0), "twice by default")
}

func TestPolicyInWords(t *testing.T) {
	assert.Equal(t, "permanent, one-for-one, 5 in 10s, after 100ms to 10s, then stop", supervisor.DefaultPolicy().String())
	assert.Equal(t, "inherited", supervisor.Policy{}.String())
	assert.Equal(t, "temporary", supervisor.Policy{Kind: supervisor.Temporary, Intensity: 7}.String())
	assert.Equal(t, "transient, all-for-one, any number of times", supervisor.Policy{
		Kind: supervisor.Transient, Scope: supervisor.AllForOne, Intensity: -1,
	}.String())
	assert.Equal(t, "permanent, one-for-one, 3 times, then escalate", supervisor.Policy{
		Kind: supervisor.Permanent, Intensity: 3, Exceeded: supervisor.Escalate,
	}.String())
}
