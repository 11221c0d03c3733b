package actors_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// TestStaleClientIsNotHeardOut: who has answered no PING is told why, and what it sends then finds nobody: a client whose
// connection ends for another reason is listened to for half a second more.
func TestStaleClientIsNotHeardOut(t *testing.T) {
	b, err := actors.Start(t.Context(), actors.Config{Host: "127.0.0.1", Port: -1, PingInterval: 10 * time.Millisecond})
	require.NoError(t, err)
	defer func() { assert.NoError(t, b.Stop(t.Context())) }()
	nc, err := net.Dial("tcp", b.Addr().String())
	require.NoError(t, err)
	defer nc.Close()
	in := bufio.NewScanner(nc)
	require.True(t, in.Scan()) // INFO
	fmt.Fprint(nc, "CONNECT {\"verbose\":false}\r\n")
	for in.Scan() && in.Text() == "PING" {
	}
	require.Equal(t, "-ERR 'Stale Connection'", in.Text())
	assert.False(t, in.Scan())
	require.NoError(t, nc.SetWriteDeadline(time.Now().Add(300*time.Millisecond)))
	for err == nil {
		_, err = fmt.Fprint(nc, "PING\r\n")
	}
	assert.NotErrorIs(t, err, os.ErrDeadlineExceeded)
}
