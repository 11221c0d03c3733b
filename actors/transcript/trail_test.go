package transcript_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/transcript"
)

// TestTrail: what a client did last can be played, as lines, as an event and from the log.
func TestTrail(t *testing.T) {
	for name, text := range map[string]string{
		"lines": "12:00:00.001 CONNECT\n12:00:00.002 SUB a.* q 9\n12:00:00.003 PUB a.b in.box 3\n12:00:00.004 HPUB a 14 15\n12:00:00.005 PUB a\\x3b… 0\n",
		"event": `{"events":[{"what":"started"},{"what":"failed","trail":["12:00:00.001 CONNECT","12:00:00.002 SUB a.* q 9","12:00:00.003 PUB a.b in.box 3",
			"12:00:00.004 HPUB a 14 15","12:00:00.005 PUB a\\x3b… 0"]}]}`,
		"log": `{"@level":"warn","trail":"12:00:00.001 CONNECT; 12:00:00.002 SUB a.* q 9; 12:00:00.003 PUB a.b in.box 3; 12:00:00.004 HPUB a 14 15; 12:00:00.005 PUB a\\x3b… 0"}`,
	} {
		t.Run(name, func(t *testing.T) {
			require.True(t, transcript.IsTrail(text))
			steps, err := transcript.ParseTrail(text)
			require.NoError(t, err)
			var typed []string
			for _, s := range steps {
				assert.Equal(t, transcript.Types, s.Kind)
				typed = append(typed, s.Text)
			}
			assert.Equal(t, []string{
				"CONNECT {\"verbose\":false,\"headers\":true,\"no_responders\":true}\r\n", "SUB a.* q 9\r\n", "PUB a.b in.box 3\r\nxxx\r\n",
				"HPUB a 14 15\r\nNATS/1.0  \r\n\r\nx\r\n", "PUB a; 0\r\n\r\n",
			}, typed)
		})
	}
	for _, wrong := range []string{`{"events":[]}`, "{", "12:00:00.001 PUB a x", "12:00:00.001 HPUB a 3 3", "12:00:00.001 PUB a 3\nPUB a 3", "12:00:00.001 PUB a 99999999999"} {
		_, err := transcript.ParseTrail(wrong)
		require.Error(t, err, wrong)
	}
	assert.False(t, transcript.IsTrail("# a comment\nA> PING\n"))
}
