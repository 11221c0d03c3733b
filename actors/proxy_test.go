package actors_test

import (
	"bufio"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// hears is the first line that somebody hears who says something first; empty if that is nothing.
func hears(t *testing.T, b *actorstest.Server, says string) string {
	t.Helper()
	nc, err := net.Dial("tcp", b.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { nc.Close() })
	require.NoError(t, nc.SetDeadline(time.Now().Add(10*time.Second)))
	_, err = nc.Write([]byte(says))
	require.NoError(t, err)
	line, _ := bufio.NewReader(nc).ReadString('\n')
	return line
}

// TestProxyProtocol: a client is where the proxy says. Who is to be a proxy and is none is not let in,
// and who is not to be one is not believed.
func TestProxyProtocol(t *testing.T) {
	const header = "PROXY TCP4 192.0.2.7 127.0.0.1 4096 4222\r\n"
	b := actorstest.Run(t, actors.Config{Host: "127.0.0.1", Port: -1, ProxyProtocol: true, MaxConnectionsPerAddress: 1})
	assert.Contains(t, hears(t, b, header), `"client_ip":"192.0.2.7"`)
	assert.Empty(t, hears(t, b, "CONNECT {}\r\nPING\r\n"))
	second := hears(t, b, header) // the limit is of who is behind the proxy
	assert.True(t, strings.HasPrefix(second, "INFO "))
	assert.Contains(t, hears(t, b, strings.Replace(header, ".7 ", ".8 ", 1)), `"client_ip":"192.0.2.8"`)

	direct := actorstest.Run(t, actors.Config{Host: "127.0.0.1", Port: -1, ProxyProtocol: true, ProxyNetworks: []string{"10.0.0.0/8"}})
	assert.Contains(t, hears(t, direct, header), `"client_ip":"127.0.0.1"`)
}
