package actors

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhatInfoAdvertises(t *testing.T) {
	b := startBroker(t, Config{ClientAdvertise: "broker.example:4333", ClusterName: "alone"})
	nc, err := b.InProcessConn()
	require.NoError(t, err)
	buf := make([]byte, 1024)
	n, err := nc.Read(buf)
	require.NoError(t, err)
	require.Contains(t, string(buf[:n]), `"host":"broker.example","port":4333`)
	require.Contains(t, string(buf[:n]), `"cluster":"alone"`)
	_, err = Start(t.Context(), Config{ClientAdvertise: "nowhere"})
	require.ErrorContains(t, err, "client_advertise")
}

func TestCrewWorksAgain(t *testing.T) {
	first, err := newSettings(&Config{}, nil, time.Now())
	require.NoError(t, err)
	h := newHub(first)
	done := make(chan struct{})
	for range 3 * crewIdle {
		h.spawn("task", func() { done <- struct{}{} })
	}
	h.spawn("crash", func() { panic("the others go on") })
	for range 3 * crewIdle {
		<-done
	}
	eventually(t, func() bool { return h.crew.idle.Load() > 0 })
	eventually(t, func() bool { return h.crew.idle.Load() == 0 })
}
