package tap_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/tap"
)

// A policy is a word in JSON, both ways.
func TestPolicyAsText(t *testing.T) {
	for _, p := range []tap.Policy{tap.Drop, tap.Block} {
		text, err := json.Marshal(p)
		require.NoError(t, err)
		assert.Equal(t, `"`+p.String()+`"`, string(text))
		var back tap.Policy
		require.NoError(t, json.Unmarshal(text, &back))
		assert.Equal(t, p, back)
	}
	var p tap.Policy
	assert.ErrorContains(t, json.Unmarshal([]byte(`"wait"`), &p), `"wait" is no policy of a tap: drop or block`)
}
