package tap_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/tap"
)

func TestWordsOfRecords(t *testing.T) {
	words := map[string]bool{}
	for k := range tap.LameDuck + 1 {
		words[k.String()] = true
	}
	for o := range tap.OutcomeRefused + 1 {
		words[o.String()+"!"] = true
	}
	assert.Len(t, words, int(tap.LameDuck)+1+int(tap.OutcomeRefused)+1, "each has its own: %v", words)
	assert.NotContains(t, words, "")
	assert.Equal(t, "unknown", tap.Kind(99).String())
	assert.Equal(t, "drop block", fmt.Sprint(tap.Drop, " ", tap.Block))
}

func TestTapSpecs(t *testing.T) {
	for name, spec := range map[string]tap.Spec{
		"no name":        {},
		"a path":         {Name: "a/b"},
		"no subject":     {Name: "a", Subjects: []string{"a..b"}},
		"no policy":      {Name: "a", Policy: 7},
		"no feed":        {Name: "a", Feeds: 8},
		"negative":       {Name: "a", MaxBytes: -1},
		"negative bytes": {Name: "a", Payload: tap.PayloadFirst(-1)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := actors.Start(t.Context(), actors.Config{NoListen: true}, actors.WithTap(spec, nil))
			require.ErrorIs(t, err, tap.ErrSpec)
		})
	}
}

// TestNewBatch is how a tap is tested without a broker.
func TestNewBatch(t *testing.T) {
	var done error
	b := tap.NewBatch("ear", func(err error) { done = err }, tap.Record{Subject: "a"}, tap.Record{Subject: "b"})
	assert.Equal(t, 2, b.Len())
	for r := range b.Records() {
		assert.Equal(t, "a", r.Subject)
		break
	}
	b.Hold()
	b.Done(assert.AnError)
	assert.Equal(t, assert.AnError, done)
}
