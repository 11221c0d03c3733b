package audit

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/tap"
)

func TestPayload(t *testing.T) {
	for word, want := range map[string]struct {
		payload Payload
		asked   tap.Payload
	}{
		"none":   {PayloadNone, tap.PayloadNone},
		"Length": {PayloadLength, tap.PayloadNone},
		"sha256": {PayloadSHA256, tap.PayloadSHA256},
		"ALL":    {PayloadAll, tap.PayloadAll},
		"0":      {PayloadFirst(0), tap.PayloadFirst(0)},
		"64":     {PayloadFirst(64), tap.PayloadFirst(64)},
	} {
		p, err := ParsePayload(word)
		require.NoError(t, err, word)
		assert.Equal(t, want.payload, p, word)
		assert.Equal(t, want.asked, p.Tap(), word)
	}
	for _, wrong := range []string{"", "-1", "some", "1e3"} {
		_, err := ParsePayload(wrong)
		require.Error(t, err, wrong)
	}
	assert.Equal(t, Payload{}, PayloadNone, "the default")
	c := Config{File: "f", Payload: PayloadFirst(-1)}
	require.ErrorContains(t, c.Validate(), "cannot be negative")
}
