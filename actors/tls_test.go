package actors_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

func TestTLS(t *testing.T) {
	a := newAuthority(t)
	a.sign("client", false)
	secure, certificate := nats.Secure(a.client()), nats.ClientCert(a.file("client.pem"), a.file("client-key.pem"))
	verify := func(s *actors.TLS) { s.Verify, s.CAFile = true, a.file("authority.pem") }
	for name, tc := range map[string]struct {
		change  func(*actors.TLS)
		plain   bool
		options []nats.Option
	}{
		"INFO first":           {func(*actors.TLS) {}, false, []nats.Option{secure}},
		"handshake first":      {func(s *actors.TLS) { s.HandshakeFirst = config.HandshakeFirstAlways }, false, []nats.Option{secure, nats.TLSHandshakeFirst()}},
		"either, the client":   {func(s *actors.TLS) { s.HandshakeFirst = 10 * time.Second }, false, []nats.Option{secure, nats.TLSHandshakeFirst()}},
		"either, INFO":         {func(s *actors.TLS) { s.HandshakeFirst = config.HandshakeFirstAuto }, false, []nats.Option{secure}},
		"client's certificate": {verify, false, []nats.Option{secure, certificate}},
		"only 1.3":             {func(s *actors.TLS) { s.MinVersion = tls.VersionTLS13 }, false, []nats.Option{secure}},
		"optional, with":       {func(*actors.TLS) {}, true, []nats.Option{secure}},
		"optional, without":    {func(*actors.TLS) {}, true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := a.server()
			tc.change(s)
			b := watched(t, actors.Config{TLS: s, AllowNonTLS: tc.plain})
			talk(t, b.ClientURL(), tc.options...)
			page, err := b.Connections(t.Context(), report.ConnectionQuery{State: report.ClosedConnections})
			require.NoError(t, err)
			for _, c := range page.Connections {
				assert.Equal(t, name == "handshake first" || name == "either, the client", c.TLSFirst)
				assert.Empty(t, c.Certificates, "they are not kept")
			}
		})
	}
}

func TestTLSInInfo(t *testing.T) {
	a := newAuthority(t)
	s := a.server()
	s.Verify, s.CAFile = true, a.file("authority.pem")
	info := func(c actors.Config) string {
		_, r := plainly(t, watched(t, c))
		return r
	}
	assert.Regexp(t, `"tls_required":true,"tls_verify":true`, info(actors.Config{TLS: s}))
	optional := info(actors.Config{TLS: s, AllowNonTLS: true})
	assert.Contains(t, optional, `"tls_available":true`)
	assert.NotContains(t, optional, `"tls_required"`)
	inside, err := watched(t, actors.Config{TLS: s}).InProcessConn()
	require.NoError(t, err)
	defer inside.Close()
	line, err := bufio.NewReader(inside).ReadString('\n')
	require.NoError(t, err)
	assert.NotContains(t, line, "tls_", "nobody listens inside of a process")
}

func TestTLSRefusals(t *testing.T) {
	a := newAuthority(t)
	s := a.server()
	s.Verify, s.CAFile = true, a.file("authority.pem")
	b := watched(t, actors.Config{TLS: s})
	_, err := nats.Connect(b.ClientURL(), nats.Secure(a.client()))
	require.Error(t, err, "without a certificate")
	nc, _ := plainly(t, b)
	_, err = io.WriteString(nc, "CONNECT {}\r\nPING\r\n")
	require.NoError(t, err)
	rest, _ := io.ReadAll(nc)
	assert.NotContains(t, string(rest), "PONG")
	require.Eventually(t, func() bool {
		page, err := b.Connections(t.Context(), report.ConnectionQuery{State: report.ClosedConnections})
		return err == nil && len(page.Connections) == 2 && page.Connections[1].Reason == report.TLSHandshakeFailure
	}, time.Minute, 5*time.Millisecond)
	old := a.client()
	old.MaxVersion = tls.VersionTLS11
	nc, _ = plainly(t, b)
	require.Error(t, tls.Client(nc, old).Handshake())
}

// Whoever is refused is told why through TLS, and that no more will come.
func TestFinalErrorOverTLS(t *testing.T) {
	a := newAuthority(t)
	b := watched(t, actors.Config{TLS: a.server()})
	nc, _ := plainly(t, b)
	sc := tls.Client(nc, a.client())
	_, err := io.WriteString(sc, "PUB a 99999999\r\n")
	require.NoError(t, err)
	said, err := io.ReadAll(sc)
	require.NoError(t, err, "the end is announced")
	assert.Equal(t, "-ERR 'Maximum Payload Violation'\r\n", string(said))
}

// A client that takes nothing is a slow consumer over TLS as well.
func TestSlowConsumerOverTLS(t *testing.T) {
	a := newAuthority(t)
	b := watched(t, actors.Config{TLS: a.server(), WriteDeadline: 200 * time.Millisecond})
	nc, _ := plainly(t, b)
	sc := tls.Client(nc, a.client())
	_, err := io.WriteString(sc, "CONNECT {\"verbose\":false}\r\nSUB big 1\r\nPING\r\n")
	require.NoError(t, err)
	line, err := bufio.NewReader(sc).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "PONG\r\n", line)
	pub := dial(t, b)
	payload := strings.Repeat("x", 1<<20)
	for range 24 {
		pub.send("PUB big 1048576\r\n" + payload + "\r\n")
	}
	require.Eventually(t, func() bool { return b.Stats().SlowConsumers == 1 }, time.Minute, 5*time.Millisecond)
	require.Eventually(t, func() bool { return b.Stats().Connections == 1 }, time.Minute, 5*time.Millisecond)
}

func TestTLSMistakes(t *testing.T) {
	a := newAuthority(t)
	s := a.server()
	for want, bad := range map[string]actors.TLS{
		"cert_file and key_file are missing": {},
		"needs both":                         {CertFile: s.CertFile},
		"certificate cannot be used":         {CertFile: s.KeyFile, KeyFile: s.CertFile},
		"authorities cannot be used":         {CertFile: s.CertFile, KeyFile: s.KeyFile, CAFile: s.KeyFile},
		"is negative":                        {CertFile: s.CertFile, KeyFile: s.KeyFile, Timeout: -1},
	} {
		_, err := actors.Start(t.Context(), actors.Config{Port: -1, TLS: &bad})
		assert.ErrorContains(t, err, want)
	}
}

// A client that has said all it has to say still gets its answers.
func TestHalfCloseOverTLS(t *testing.T) {
	a := newAuthority(t)
	b := watched(t, actors.Config{TLS: a.server()})
	nc, _ := plainly(t, b)
	sc := tls.Client(nc, a.client())
	const many = 10_000
	_, err := io.WriteString(sc, "CONNECT {\"verbose\":false}\r\n"+strings.Repeat("PING\r\n", many))
	require.NoError(t, err)
	require.NoError(t, sc.CloseWrite())
	said, err := io.ReadAll(sc)
	require.NoError(t, err)
	assert.Equal(t, many, strings.Count(string(said), "PONG\r\n"))
}

func TestConnectionsTellHowTheyAreEncrypted(t *testing.T) {
	a := newAuthority(t)
	b := watched(t, actors.Config{TLS: a.server(), WebSocket: &actors.WebSocket{Port: -1, TLS: a.server()}})
	secure := nats.Secure(a.client())
	for _, url := range []string{b.ClientURL(), "wss://" + b.WebSocketAddr().String()} {
		nc, err := nats.Connect(url, secure)
		require.NoError(t, err)
		defer nc.Close()
	}
	inside := dial(t, b)
	inside.send("PING\r\n")
	require.Equal(t, "PONG\r\n", inside.next())
	page, err := b.Connections(t.Context(), report.ConnectionQuery{})
	require.NoError(t, err)
	require.Len(t, page.Connections, 3)
	for i, version := range []string{"1.3", "1.3", ""} {
		r := page.Connections[i]
		assert.Equal(t, version, r.TLSVersion)
		assert.Equal(t, version != "", strings.HasPrefix(r.TLSCipherSuite, "TLS_"))
	}
}
