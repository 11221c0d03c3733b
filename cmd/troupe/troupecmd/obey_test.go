package troupecmd

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/cmd/troupe/logging"
)

// A broker that is gone without a signal is a failure of the process.
func TestBrokerThatStopsByItself(t *testing.T) {
	var out bytes.Buffer
	log, err := logging.Open(logging.Options{}, &out)
	require.NoError(t, err)
	broker, err := actors.Start(t.Context(), actors.Config{NoListen: true})
	require.NoError(t, err)
	require.NoError(t, broker.Stop(t.Context()))

	p := &process{program: "troupe", log: log, broker: broker}
	assert.ErrorContains(t, p.obey(nil), "the broker stopped by itself: ")
}
