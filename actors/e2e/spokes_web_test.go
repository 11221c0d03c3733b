package e2e_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// TestLeafNodesByWebSocket: a nats-server and a broker, of which one is the leaf node of the other, by its port for WebSocket.
func TestLeafNodesByWebSocket(t *testing.T) {
	for _, weAreLeaf := range []bool{true, false} {
		t.Run(fmt.Sprint(weAreLeaf), func(t *testing.T) {
			clients, web := newAddress(t), newAddress(t)
			start := func(more string) {
				runNATS(t, fmt.Sprintf("listen: %q\nserver_name: them\n%s\n", clients, more))
			}
			c := actors.Config{Host: "127.0.0.1", Port: -1, ServerName: "us", Partitions: 2}
			if weAreLeaf {
				start(fmt.Sprintf("leafnodes { listen: %q }\nwebsocket { listen: %q, no_tls: true, compression: true }", newAddress(t), web))
				c.LeafNodes = &actors.LeafNodes{Remotes: []actors.Remote{{URLs: []string{"ws://" + web}}}}
			} else {
				c.LeafNodes = &actors.LeafNodes{Listen: &actors.LeafPort{Host: "127.0.0.1", Port: -1}}
				c.WebSocket = &actors.WebSocket{Host: "127.0.0.1", Port: -1, NoTLS: true, Compression: true}
			}
			b, err := actors.Start(t.Context(), c)
			require.NoError(t, err)
			t.Cleanup(func() { _ = b.Stop(t.Context()) })
			if !weAreLeaf {
				start(fmt.Sprintf("leafnodes { remotes: [ { url: %q, ws_compression: true } ] }", "ws://"+b.WebSocketAddr().String()))
			}
			require.Eventually(t, func() bool {
				links := b.Links(t.Context(), false)
				return len(links) == 1 && links[0].Up || len(b.LeafNodes(t.Context(), false)) == 1
			}, 20*time.Second, 10*time.Millisecond)
			askBoth(t, dialNode(t, &node{url: b.ClientURL()}), dialNode(t, &node{url: "nats://" + clients}))
		})
	}
}
