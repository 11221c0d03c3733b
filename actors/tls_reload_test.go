package actors_test

import (
	"bufio"
	"crypto/tls"
	"net"
	"os"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// shown is the name on the certificate that a client is shown.
func (a *authority) shown(b *actors.Broker) (serial string) {
	a.t.Helper()
	nc, err := net.Dial("tcp", b.Addr().String())
	require.NoError(a.t, err)
	defer nc.Close()
	require.NoError(a.t, nc.SetDeadline(time.Now().Add(time.Minute)))
	_, err = bufio.NewReaderSize(nc, 4096).ReadString('\n')
	require.NoError(a.t, err)
	c := tls.Client(nc, a.client())
	require.NoError(a.t, c.Handshake())
	return c.ConnectionState().PeerCertificates[0].SerialNumber.String()
}

// A certificate that is new in the same files is used at once.
func TestReloadOfACertificate(t *testing.T) {
	a := newAuthority(t)
	config := actors.Config{Host: "127.0.0.1", Port: -1, TLS: a.server()}
	b := watched(t, config)
	nc, err := nats.Connect(b.ClientURL(), nats.Secure(a.client()), nats.NoReconnect())
	require.NoError(t, err)
	defer nc.Close()
	_, first := a.sign("server", false)
	changes, err := b.Reload(t.Context(), config)
	require.NoError(t, err)
	assert.Empty(t, changes)
	assert.Equal(t, first.SerialNumber.String(), a.shown(b))

	_, second := a.sign("another", false)
	config.TLS = &actors.TLS{CertFile: a.file("another.pem"), KeyFile: a.file("another-key.pem")}
	changes, err = b.Reload(t.Context(), config)
	require.NoError(t, err)
	require.Len(t, changes, 1)
	assert.Equal(t, "tls", changes[0].String())
	assert.Equal(t, second.SerialNumber.String(), a.shown(b))

	config.TLS = &actors.TLS{CertFile: a.file("missing.pem"), KeyFile: a.file("another-key.pem")}
	_, err = b.Reload(t.Context(), config)
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.Equal(t, second.SerialNumber.String(), a.shown(b))
	require.NoError(t, nc.Flush(), "who was connected has noticed nothing")
}

// Those who come from now on need TLS, or do not.
func TestReloadOfTLSAsAWhole(t *testing.T) {
	a := newAuthority(t)
	config := actors.Config{Host: "127.0.0.1", Port: -1}
	b := watched(t, config)
	plain, err := nats.Connect(b.ClientURL(), nats.NoReconnect())
	require.NoError(t, err)
	defer plain.Close()
	config.TLS = a.server()
	_, err = b.Reload(t.Context(), config)
	require.NoError(t, err)
	require.NoError(t, plain.Flush())
	talk(t, b.ClientURL(), nats.Secure(a.client()))
	config.TLS = nil
	_, err = b.Reload(t.Context(), config)
	require.NoError(t, err)
	talk(t, b.ClientURL())
}
