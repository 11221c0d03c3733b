package sys_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/sys"
)

// TestConnectionsAreTold: it is told at once that the connections of an account have become more or fewer, and not once for each of
// many.
func TestConnectionsAreTold(t *testing.T) {
	bubble(t, two, sys.Config{}, func(t *testing.T, b *actorstest.Broker) {
		watch := login(t, b, "sys")
		watch.Send("SUB $SYS.ACCOUNT.APP.SERVER.CONNS 1")
		watch.Fence()
		enter := func(n int) (all []*actorstest.Client) {
			for range n {
				c := b.Client(t)
				c.Send(`CONNECT {"verbose":false,"user":"app","pass":"app"}`)
				all = append(all, c)
			}
			return all
		}
		told := func() (conns []any) {
			actorstest.Advance(t, 100*time.Millisecond)
			watch.Send("PING")
			for line := watch.Line(); line != "PONG"; line = watch.Line() {
				if i := strings.Index(line, `"conns":`); i >= 0 {
					var n int
					_, err := fmt.Sscanf(line[i:], `"conns":%d`, &n)
					require.NoError(t, err)
					conns = append(conns, n)
				}
			}
			return conns
		}
		first := enter(1)
		assert.Equal(t, []any{1}, told())
		assert.Empty(t, told())
		more := enter(200)
		got := told()
		require.NotEmpty(t, got)
		assert.Equal(t, 201, got[len(got)-1])
		assert.Less(t, len(got), 10)
		for _, c := range append(first, more...) {
			c.Close()
		}
		got = told()
		require.NotEmpty(t, got)
		assert.Equal(t, 0, got[len(got)-1])
		assert.Less(t, len(got), 10)
	})
}

// TestWhoComesIsTold: a server that comes into the cluster is told of the connections that there have been before, and not only when
// everybody is, which is long after the first STATSZ.
func TestWhoComesIsTold(t *testing.T) {
	start := func(name string) *actorstest.Broker {
		c := two
		c.ServerName, c.ClusterName, c.Cluster = name, "C", &actors.Cluster{Host: "127.0.0.1", Port: -1}
		b := actorstest.Start(t, c)
		require.NoError(t, sys.Start(t.Context(), b.Broker, sys.Config{}))
		return b
	}
	here, there := start("here"), start("there")
	const conns = "$SYS.ACCOUNT.APP.SERVER.CONNS"
	before, watch, app := here.Client(t), there.Client(t), here.Client(t)
	for _, c := range []*actorstest.Client{before, watch} {
		c.Send(`CONNECT {"verbose":false,"user":"sys","pass":"sys"}`, "SUB "+conns+" 1")
		c.Fence()
	}
	app.Send(`CONNECT {"verbose":false,"user":"app","pass":"app"}`)
	next(t, before, conns)
	c := here.Config()
	c.Accounts, c.Cluster = two.Accounts, &actors.Cluster{Host: "127.0.0.1", Port: -1, Routes: []string{there.ClusterAddr().String()}}
	watch.Send("SUB $SYS.SERVER." + here.ServerID() + ".STATSZ 2")
	watch.Fence()
	_, err := here.Reload(t.Context(), c)
	require.NoError(t, err)
	assert.Equal(t, 1, at(t, next(t, watch, conns), "conns"))
}
