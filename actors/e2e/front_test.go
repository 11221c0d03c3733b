package e2e_test

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/actors/internal/revocation/revocationtest"
	"github.com/troupe-mq/troupe/actors/report"
)

// This file is real programs that stand before a broker, or look at it from outside. Where one is not there, its test is skipped.

// tool is the path of a program.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not on the PATH", name)
	}
	return path
}

// proxy runs a program with a configuration file until the test ends, and returns when something listens at its address.
func proxy(t *testing.T, at, text string, command ...string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "conf")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	program := exec.CommandContext(t.Context(), tool(t, command[0]), append(command[1:], file)...)
	var said strings.Builder
	program.Stdout, program.Stderr = &said, &said
	require.NoError(t, program.Start())
	t.Cleanup(func() {
		_ = program.Process.Kill() // most have ended by now
		_ = program.Wait()
	})
	require.Eventually(t, func() bool {
		nc, err := net.Dial("tcp", at)
		if err == nil {
			nc.Close()
		}
		return err == nil
	}, patience, patience/1000, command[0])
}

// from dials from another address of the loopback interface, so that client and proxy are told apart.
type from string

func (f from) Dial(network, address string) (net.Conn, error) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(string(f))}}
	return d.Dial(network, address)
}

// addressOf is the IP address that the broker says a client has, by its name.
func addressOf(t *testing.T, b *actors.Broker, name string) string {
	t.Helper()
	page, err := b.Connections(t.Context(), report.ConnectionQuery{})
	require.NoError(t, err)
	for _, c := range page.Connections {
		if c.Name == name {
			return c.Host
		}
	}
	require.Fail(t, "it is not there", name)
	return ""
}

// TestHAProxy: behind a proxy that speaks the PROXY protocol, in either version, a client has its own address; one that comes
// without it may not claim another.
func TestHAProxy(t *testing.T) {
	for version, word := range map[string]string{"1": "send-proxy", "2": "send-proxy-v2"} {
		t.Run(version, func(t *testing.T) {
			b := startBroker(t, actors.Config{Host: "127.0.0.1", Port: -1, ProxyProtocol: true, ProxyNetworks: []string{"127.0.0.1/32"}})
			at := fmt.Sprintf("127.0.0.1:%d", freePort(t))
			proxy(t, at, fmt.Sprintf(`
defaults
  mode tcp
  timeout connect 5s
  timeout client 1m
  timeout server 1m
listen nats
  bind %s
  server troupe %s %s
`, at, b.Addr(), word), "haproxy", "-db", "-f")
			nc, err := nats.Connect("nats://"+at, nats.Name("behind"), nats.SetCustomDialer(from("127.0.0.3")))
			require.NoError(t, err)
			defer nc.Close()
			require.NoError(t, nc.Flush())
			assert.Equal(t, "127.0.0.3", addressOf(t, b, "behind"))
			ip, err := nc.GetClientIP()
			require.NoError(t, err)
			assert.Equal(t, "127.0.0.3", ip.String())
			direct, err := nats.Connect(b.ClientURL(), nats.Name("direct"), nats.SetCustomDialer(from("127.0.0.4")))
			require.NoError(t, err)
			defer direct.Close()
			assert.Equal(t, "127.0.0.4", addressOf(t, b, "direct"))
		})
	}
}

// TestNginx: behind a proxy for WebSocket that is believed, a client has its own address, whatever it says of itself.
func TestNginx(t *testing.T) {
	b := startBroker(t, actors.Config{NoListen: true, WebSocket: &actors.WebSocket{Host: "127.0.0.1", Port: -1, NoTLS: true, Proxies: []string{"127.0.0.1/32"}}})
	at, dir := fmt.Sprintf("127.0.0.1:%d", freePort(t)), t.TempDir()
	proxy(t, at, fmt.Sprintf(`
daemon off; master_process off; pid %[3]s/pid; error_log stderr;
events { }
http {
  access_log off;
  client_body_temp_path %[3]s/a; proxy_temp_path %[3]s/b; fastcgi_temp_path %[3]s/c; uwsgi_temp_path %[3]s/d; scgi_temp_path %[3]s/e;
  server {
    listen %[1]s;
    location / {
      proxy_pass http://%[2]s; proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }
}`, at, b.WebSocketAddr(), dir), "nginx", "-p", dir, "-c")
	forged := nats.WebSocketConnectionHeaders(http.Header{"X-Forwarded-For": []string{"203.0.113.9"}})
	nc, err := nats.Connect("ws://"+at, nats.Name("behind"), nats.SetCustomDialer(from("127.0.0.3")), forged)
	require.NoError(t, err)
	defer nc.Close()
	assert.Equal(t, "127.0.0.3", addressOf(t, b, "behind"))
	direct, err := nats.Connect("ws://"+b.WebSocketAddr().String(), nats.Name("direct"), nats.SetCustomDialer(from("127.0.0.4")), forged)
	require.NoError(t, err)
	defer direct.Close()
	assert.Equal(t, "127.0.0.4", addressOf(t, b, "direct"))
}

// TestOpenSSL: what a tool for TLS says of a broker.
func TestOpenSSL(t *testing.T) {
	openssl, a := tool(t, "openssl"), revocationtest.New(t)
	pair := a.Issue(t, "server", true)
	b := startBroker(t, actors.Config{Host: "127.0.0.1", Port: -1, OCSP: &config.OCSP{Mode: "must"}, TLS: &actors.TLS{
		CertFile: pair.CertFile, KeyFile: pair.KeyFile, CAFile: a.File, HandshakeFirst: config.HandshakeFirstAlways, MinVersion: tls.VersionTLS13,
	}})
	ask := func(args ...string) string {
		args = append([]string{"s_client", "-connect", b.Addr().String(), "-CAfile", a.File}, args...)
		out, _ := exec.CommandContext(t.Context(), openssl, args...).CombinedOutput() // what it says decides
		return string(out)
	}
	out := ask("-status")
	assert.Contains(t, out, "OCSP Response Status: successful")
	assert.Contains(t, out, "Cert Status: good")
	assert.Contains(t, out, "Verify return code: 0 (ok)")
	assert.Contains(t, out, "TLSv1.3")
	assert.Contains(t, ask("-tls1_2"), "alert protocol version")
}
