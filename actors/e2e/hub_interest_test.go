package e2e_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// told are the subjects that a hub has been told are wanted by its leaf nodes, but for those of links and inboxes.
func told(t *testing.T, monitoring string) (all []string) {
	t.Helper()
	r, err := http.Get("http://" + monitoring + "/leafz?subs=1")
	require.NoError(t, err)
	defer r.Body.Close()
	var z struct {
		Leafs []struct {
			Subjects []string `json:"subscriptions_list"`
		} `json:"leafs"`
	}
	require.NoError(t, json.NewDecoder(r.Body).Decode(&z))
	for _, leaf := range z.Leafs {
		all = append(all, leaf.Subjects...)
	}
	all = slices.DeleteFunc(all, func(s string) bool { return !strings.HasPrefix(s, "churn.") })
	slices.Sort(all)
	return slices.Compact(all)
}

// TestHubKnowsWhatIsWanted: clients come to want things and want them no more, while parts of the broker crash and the link
// breaks. At the end a real hub knows what is wanted, no more and no less, and nobody was disconnected.
func TestHubKnowsWhatIsWanted(t *testing.T) {
	monitoring := net.JoinHostPort("127.0.0.1", fmt.Sprint(freePort(t)))
	h := newHub(t, "leafnodes { LEAFS }\nhttp: "+monitoring)
	b, events := leafOf(t, actors.Remote{URLs: []string{h.leafs}})
	comes(t, b, events)

	const clients, rounds, atOnce = 6, 60, 20
	held := make([]map[string]*nats.Subscription, clients)
	var work sync.WaitGroup
	for i := range clients {
		nc, err := nats.Connect("", nats.InProcessServer(b), nats.NoReconnect())
		require.NoError(t, err)
		t.Cleanup(nc.Close)
		held[i] = make(map[string]*nats.Subscription)
		work.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 1))
			for range rounds {
				for range atOnce {
					change(t, nc, r, held[i])
				}
				assert.NoError(t, nc.Flush())
			}
		})
	}
	_, err := b.Inject(t.Context(), actors.Fault{Target: "links/uplink-1", Kind: actors.FaultPanic})
	require.NoError(t, err)
	for range 4 {
		_, err := b.Inject(t.Context(), actors.Fault{Target: "partitions/part-0", Kind: actors.FaultPanic})
		require.NoError(t, err)
		if id := b.Links(t.Context(), false)[0].ID; id != 0 { // else it is about to come
			_, _ = b.Inject(t.Context(), actors.Fault{Target: "connections/link-" + strconv.FormatUint(id, 10), Kind: actors.FaultPanic}) // it may just have gone
		}
	}
	work.Wait()
	wanted := make(map[string]bool)
	for _, some := range held {
		for key := range some {
			wanted[strings.Fields(key)[0]] = true
		}
	}
	want := slices.Sorted(maps.Keys(wanted))
	require.NotEmpty(t, want)
	require.True(t, eventually(func() bool { return slices.Equal(want, told(t, monitoring)) }), "the hub does not know the same")
}

// change has a client want something of a few things, or want it no more.
func change(t *testing.T, nc *nats.Conn, r *rand.Rand, held map[string]*nats.Subscription) {
	key := fmt.Sprintf("churn.%d.%s", r.IntN(50), []string{"x", "*", ">"}[r.IntN(3)])
	queue := ""
	if r.IntN(3) == 0 {
		queue = "q"
	}
	s, err := held[key+" "+queue], error(nil)
	switch {
	case s != nil:
		delete(held, key+" "+queue)
		err = s.Unsubscribe()
	case queue != "":
		held[key+" "+queue], err = nc.QueueSubscribeSync(key, queue)
	default:
		held[key+" "+queue], err = nc.SubscribeSync(key)
	}
	assert.NoError(t, err)
}
