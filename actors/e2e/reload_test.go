package e2e_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
)

// TestReloadUnderLoad: clients that a change does not concern notice nothing of it,
// however often it comes, while those that it does concern lose what they lose.
func TestReloadUnderLoad(t *testing.T) {
	const reloads, clients = 20, 8
	config := func(n int) actors.Config {
		return actors.Config{
			Host: "127.0.0.1", Port: -1, Partitions: 4, MaxPayload: 1<<20 + n, PingInterval: time.Duration(n+60) * time.Second,
			Users: []access.User{
				{Name: "steady", Password: "s", Permissions: &access.Permissions{Publish: access.Rules{Allow: []string{"load.>"}}}},
				{Name: "moved", Password: strconv.Itoa(n)},
				{Name: "torn", Password: "t", Permissions: &access.Permissions{Subscribe: access.Rules{Deny: []string{fmt.Sprint("torn.", n%2)}}}},
			},
		}
	}
	b := startBroker(t, config(0))
	addr := b.Addr().String()
	as := func(user, password string) (*raw, error) {
		return openRaw(addr, fmt.Sprintf("CONNECT {\"verbose\":false,\"user\":%q,\"pass\":%q}\r\n", user, password))
	}
	torn, err := as("torn", "t")
	require.NoError(t, err)
	t.Cleanup(torn.close)

	stop, running, over := make(chan struct{}), make(chan struct{}, clients), make(chan error, clients)
	slowest := make([]time.Duration, clients)
	work := func(i int) error {
		c, err := as("steady", "s")
		if err != nil {
			return err
		}
		defer c.close()
		subject := fmt.Sprint("load.", i)
		if _, err := c.barrier("SUB " + subject + " 1\r\n"); err != nil {
			return err
		}
		running <- struct{}{}
		for n := 0; ; n++ {
			began := time.Now()
			got, err := c.barrier(pub(subject, strconv.Itoa(n)))
			if err != nil {
				return err
			}
			slowest[i] = max(slowest[i], time.Since(began))
			if len(got) != 1 || got[0].body != strconv.Itoa(n) {
				return fmt.Errorf("client %d got %d messages for its number %d", i, len(got), n)
			}
			select {
			case <-stop:
				return nil
			default:
			}
		}
	}
	for i := range clients {
		go func() { over <- work(i) }()
		select {
		case <-running:
		case err := <-over:
			require.NoError(t, err)
		}
	}
	for n := 1; n <= reloads; n++ {
		moved, err := as("moved", strconv.Itoa(n-1))
		require.NoError(t, err)
		_, err = moved.barrier("")
		require.NoError(t, err)
		require.NoError(t, torn.send(fmt.Sprintf("SUB torn.%d %d\r\n", n%2, n)))
		_, err = torn.barrier("")
		require.NoError(t, err)

		changes, err := b.Reload(t.Context(), config(n))
		require.NoError(t, err)
		require.Len(t, changes, 3)
		_, line, err := moved.next()
		require.NoError(t, err)
		require.Equal(t, "-ERR 'Authorization Violation'", line)
		moved.close()
		_, line, err = torn.next()
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("-ERR 'Permissions Violation for Subscription to \"torn.%d\" (sid \"%d\")'", n%2, n), line)
	}
	close(stop)
	for range clients {
		require.NoError(t, <-over)
	}
	t.Logf("the slowest round trip of a client that was not concerned: %s", slices.Max(slowest)) // no bound: machines are busy
}
