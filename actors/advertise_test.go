package actors_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

func TestWhatInfoAdvertises(t *testing.T) {
	b := inside(t, actors.Config{ClientAdvertise: "broker.example:4333", ClusterName: "alone"})
	nc, err := b.InProcessConn()
	require.NoError(t, err)
	buf := make([]byte, 1024)
	n, err := nc.Read(buf)
	require.NoError(t, err)
	require.Contains(t, string(buf[:n]), `"host":"broker.example","port":4333`)
	require.Contains(t, string(buf[:n]), `"cluster":"alone"`)
	_, err = actors.Start(t.Context(), actors.Config{ClientAdvertise: "nowhere"})
	require.ErrorContains(t, err, "client_advertise")
}
