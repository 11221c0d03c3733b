//go:build unix

package troupecmd

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// certificate makes cert.pem and key.pem for the loopback address in a folder,
// and returns who trusts them.
func certificate(t *testing.T, dir string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	draft := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, draft, draft, &key.PublicKey, key)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: der}, "key.pem": {Type: "PRIVATE KEY", Bytes: private}} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600))
	}
	made, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(made)
	return pool
}

// The monitoring by HTTPS has the broker's certificate, and asks for none. The
// port for profiles is another.
func TestHTTPSAndProfiles(t *testing.T) {
	dir := t.TempDir()
	trust := certificate(t, dir)
	file := filepath.Join(dir, "t.conf")
	require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, "https_port: -1, prof_port: -1, ports_file_dir: %q\ncluster { listen: \"127.0.0.1:-1\" }\nleafnodes { listen: \"127.0.0.1:-1\" }\ntls { cert_file: %q, key_file: %q, verify: true }",
		dir, filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")), 0o600))
	c := start(t, "-c", file)
	c.addr(t)
	content, err := os.ReadFile(filepath.Join(dir, "troupe_"+strconv.Itoa(c.Process.Pid)+".ports"))
	require.NoError(t, err)
	var found ports
	require.NoError(t, json.Unmarshal(content, &found))
	require.Len(t, found.Monitoring, 1)
	require.Len(t, found.Profile, 1)
	require.Len(t, found.Cluster, 1)
	assert.Regexp(t, `^nats://127\.0\.0\.1:\d+$`, found.Cluster[0])
	require.Len(t, found.LeafNodes, 1)
	assert.Regexp(t, `^nats-leaf://127\.0\.0\.1:\d+$`, found.LeafNodes[0])
	profiles, err := http.Get(found.Profile[0] + "/debug/pprof/")
	require.NoError(t, err)
	profiles.Body.Close()
	assert.Equal(t, http.StatusOK, profiles.StatusCode)
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trust}}}
	r, err := client.Get(found.Monitoring[0] + "/varz")
	require.NoError(t, err)
	defer r.Body.Close()
	var varz struct {
		HTTPPort  int `json:"http_port"`
		HTTPSPort int `json:"https_port"`
	}
	require.NoError(t, json.NewDecoder(r.Body).Decode(&varz))
	assert.Zero(t, varz.HTTPPort)
	assert.NotZero(t, varz.HTTPSPort)
}

// TestReloadOfTheMonitoring: another certificate in the same files is used at once, and the addresses beside the broker's come
// and go; the service of the system account says where they are.
func TestReloadOfTheMonitoring(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	certificate(t, dir)
	block := fmt.Sprintf("ports_file_dir: %q\ntls { cert_file: %q, key_file: %q }\n", dir, filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"))
	c := configured(t, block+"https_port: -1, prof_port: -1")
	c.addr(t)
	at := func() (found ports) {
		content, err := os.ReadFile(filepath.Join(dir, "troupe_"+strconv.Itoa(c.Process.Pid)+".ports"))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(content, &found))
		return found
	}
	reload := func(text string) {
		before := strings.Count(c.stderr.String(), "Reloaded server configuration")
		c.reload(t, text)
		require.Eventually(t, func() bool { return strings.Count(c.stderr.String(), "Reloaded server configuration") > before }, soon, tick, c.stderr.String())
	}
	first := at()
	trust := certificate(t, dir) // another one
	reload(block + "https_port: -1, prof_port: -1")
	assert.Equal(t, first, at())
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trust}}}
	r, err := client.Get(first.Monitoring[0] + "/varz")
	require.NoError(t, err)
	require.NoError(t, r.Body.Close())

	reload(block + "http_port: -1, http_base_path: /b")
	now := at()
	assert.Empty(t, now.Profile)
	require.Len(t, now.Monitoring, 1)
	status, body := request(t, "GET", now.Monitoring[0]+"/b/varz", "")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, body, `"http_base_path": "/b"`)
	_, err = client.Get(first.Monitoring[0] + "/varz")
	require.Error(t, err)

	reload(block)
	assert.Empty(t, at().Monitoring)
}
