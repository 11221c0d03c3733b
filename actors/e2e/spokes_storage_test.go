package e2e_test

import (
	"fmt"
	"testing"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// TestStreamsOverLeafNodes: whoever stores is two links away, and clients of a leaf node use its streams and stores: those of a
// broker as if they were there, those of a nats-server by the name of the domain.
func TestStreamsOverLeafNodes(t *testing.T) {
	store := newHub(t, fmt.Sprintf("leafnodes { LEAFS }\njetstream { store_dir: %q, domain: E }", t.TempDir()))
	middle, err := actors.Start(t.Context(), actors.Config{Host: "127.0.0.1", Port: -1, ServerName: "middle", LeafNodes: &actors.LeafNodes{
		Remotes: []actors.Remote{{URLs: []string{store.leafs}}}, Listen: &actors.LeafPort{Host: "127.0.0.1", Port: -1},
	}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = middle.Stop(t.Context()) })
	hub := middle.LeafNodeAddr().String()

	ours := troupePlace(t, plan{name: "ours", hub: hub})
	theirs := natsPlace(t, plan{name: "theirs", hub: hub})
	for i, s := range []place{ours, theirs} {
		t.Run([]string{"Troupe", "nats-server"}[i], func(t *testing.T) {
			nc := dialNode(t, &node{url: s.url})
			js, err := jetstream.New(nc)
			if i == 1 {
				js, err = jetstream.NewWithDomain(nc, "E")
			}
			require.NoError(t, err)
			name := fmt.Sprint("S", i)
			var stream jetstream.Stream
			require.True(t, eventually(func() bool {
				stream, err = js.CreateOrUpdateStream(t.Context(), jetstream.StreamConfig{Name: name, Subjects: []string{name + ".>"}})
				return err == nil
			}), "%v", err)
			const many = 100
			for n := range many {
				_, err := js.Publish(t.Context(), name+".a", fmt.Append(nil, n))
				require.NoError(t, err)
			}
			c, err := stream.CreateOrUpdateConsumer(t.Context(), jetstream.ConsumerConfig{Durable: "C", AckPolicy: jetstream.AckExplicitPolicy})
			require.NoError(t, err)
			batch, err := c.Fetch(many)
			require.NoError(t, err)
			n := 0
			for m := range batch.Messages() {
				assert.Equal(t, name+".a", m.Subject())
				assert.Equal(t, fmt.Sprint(n), string(m.Data()))
				require.NoError(t, m.DoubleAck(t.Context()))
				n++
			}
			require.NoError(t, batch.Error())
			assert.Equal(t, many, n)
			kv, err := js.CreateKeyValue(t.Context(), jetstream.KeyValueConfig{Bucket: name})
			require.NoError(t, err)
			_, err = kv.PutString(t.Context(), "k", "v")
			require.NoError(t, err)
			e, err := kv.Get(t.Context(), "k")
			require.NoError(t, err)
			assert.Equal(t, "v", string(e.Value()))
		})
	}
}
