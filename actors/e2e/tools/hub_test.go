package tools_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/troupe-mq/troupe/actors/report"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// hub is a nats-server that leaf nodes may attach to. It can be killed and started again.
type hub struct {
	t       *testing.T
	program string
	config  string
	url     string
	leafs   string
	process *exec.Cmd
}

// free is an address that nobody listens at.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

func newHub(t *testing.T) *hub {
	t.Helper()
	h := &hub{t: t, program: program(t, "github.com/nats-io/nats-server/v2"), config: filepath.Join(t.TempDir(), "hub.conf"), leafs: free(t)}
	clients := free(t)
	h.url = "nats://" + clients
	text := fmt.Sprintf("listen: %s\nleafnodes { listen: %s }\njetstream { store_dir: %q, domain: E }\n", clients, h.leafs, t.TempDir())
	require.NoError(t, os.WriteFile(h.config, []byte(text), 0o600))
	h.start()
	t.Cleanup(h.kill)
	return h
}

func (h *hub) start() {
	h.t.Helper()
	h.process = exec.Command(h.program, "-c", h.config)
	require.NoError(h.t, h.process.Start())
}

// kill leaves it no time to say anything.
func (h *hub) kill() {
	_ = h.process.Process.Kill()
	_ = h.process.Wait()
}

// TestHub: a broker that is a leaf node of a nats-server has its services, streams and stores, and has them again when the
// hub or a part of the broker has failed. No client is disconnected.
func TestHub(t *testing.T) {
	h := newHub(t)
	there, err := nats.Connect(h.url, nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond))
	require.NoError(t, err)
	defer there.Close()
	_, err = there.QueueSubscribe("svc", "g", func(m *nats.Msg) { _ = m.Respond(m.Data) })
	require.NoError(t, err)
	require.NoError(t, there.FlushTimeout(10*time.Second))

	b, err := actors.Start(t.Context(), actors.Config{
		Host: "127.0.0.1", Port: -1, Partitions: 2,
		LeafNodes: &actors.LeafNodes{Remotes: []actors.Remote{{URLs: []string{h.leafs}}}},
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = b.Stop(t.Context()) })
	up := make(chan report.LinkEvent, 16)
	b.WatchLinks(func(e report.LinkEvent) { up <- e })
	here, err := nats.Connect(b.ClientURL(), nats.NoReconnect(), nats.UseOldRequestStyle())
	require.NoError(t, err)
	defer here.Close()
	ask := func() {
		t.Helper()
		for range 200 { // each has an inbox that the hub has never heard of
			m, err := here.Request("svc", []byte("x"), 5*time.Second)
			require.NoError(t, err)
			require.Equal(t, "x", string(m.Data))
		}
	}
	ask()

	js, err := jetstream.New(here)
	require.NoError(t, err)
	s, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "S", Subjects: []string{"s.>"}})
	require.NoError(t, err)
	for i := range 100 {
		_, err := js.Publish(t.Context(), fmt.Sprintf("s.%d", i), []byte("one"))
		require.NoError(t, err)
	}
	c, err := s.CreateConsumer(t.Context(), jetstream.ConsumerConfig{AckPolicy: jetstream.AckExplicitPolicy})
	require.NoError(t, err)
	got, err := c.Fetch(100)
	require.NoError(t, err)
	n := 0
	for m := range got.Messages() {
		assert.Equal(t, fmt.Sprintf("s.%d", n), m.Subject())
		require.NoError(t, m.Ack())
		n++
	}
	assert.Equal(t, 100, n)
	kv, err := js.CreateKeyValue(t.Context(), jetstream.KeyValueConfig{Bucket: "B"})
	require.NoError(t, err)
	_, err = kv.Put(t.Context(), "k", []byte("v"))
	require.NoError(t, err)

	for _, target := range []string{"partitions/part-0", "partitions/part-1"} {
		_, err := b.Inject(t.Context(), actors.Fault{Target: target, Kind: actors.FaultPanic})
		require.NoError(t, err)
		ask()
	}
	h.kill()
	require.False(t, (<-up).Up)
	_, err = here.Request("svc", nil, 5*time.Second)
	require.ErrorIs(t, err, nats.ErrNoResponders)
	h.start()
	require.True(t, (<-up).Up)
	e, err := kv.Get(t.Context(), "k")
	require.NoError(t, err)
	assert.Equal(t, "v", string(e.Value()))
	_, err = js.Publish(t.Context(), "s.again", nil)
	require.NoError(t, err)
	assert.True(t, here.IsConnected())
}
