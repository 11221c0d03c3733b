package documents

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/report"
)

func TestUptime(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", -time.Hour: "0s", 59 * time.Second: "59s", time.Minute: "1m0s", 3*time.Hour + 4*time.Second: "3h0m4s",
		24 * time.Hour: "1d0h0m0s", 26*time.Hour + 3*time.Minute + 4*time.Second: "1d2h3m4s", 366 * 24 * time.Hour: "1y1d0h0m0s",
	} {
		assert.Equal(t, want, uptime(d), "%v", d)
	}
}

// TestCertificatesOfAConnection: what a client has shown is listed for who may see who clients are.
func TestCertificatesOfAConnection(t *testing.T) {
	shown := &x509.Certificate{Raw: []byte("all"), RawSubjectPublicKeyInfo: []byte("key"), Subject: pkix.Name{CommonName: "ann"}}
	r := &report.Connection{Issuer: "ABC", TLSFirst: true, TLSVersion: "1.3", Certificates: []*x509.Certificate{shown}}
	c := connection(r, &ConnzOptions{Auth: true})
	assert.True(t, c.TLSFirst)
	assert.Equal(t, "ABC", c.IssuerKey)
	assert.Equal(t, []PeerCert{{
		Subject:   "CN=ann",
		KeySHA256: "2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683", // of "key", by sha256sum
		SHA256:    "5ef5ef0364b6939c4ca61f34b393f7b368d1be8619647aaf83d5b395919ab629",
	}}, c.TLSPeerCerts)
	c = connection(r, &ConnzOptions{})
	assert.Empty(t, c.TLSPeerCerts)
	assert.Empty(t, c.IssuerKey)
}

func TestMappingsOfAnAccount(t *testing.T) {
	shown := mappings([]access.Mapping{{Source: "a", Destinations: []access.Destination{{Subject: "b", Weight: 70}, {Subject: "c", Weight: 30}}}})
	assert.Equal(t, Mappings{"a": {{Subject: "b", Weight: 70}, {Subject: "c", Weight: 30}}}, shown)
}

func TestRoundTrip(t *testing.T) {
	assert.Empty(t, roundTrip(0))
	assert.Equal(t, "246µs", roundTrip(246_789))
	assert.Equal(t, "1.5ms", roundTrip(1_500_000))
}

func TestSubszPage(t *testing.T) {
	for _, tt := range []struct{ offset, limit, wantOffset, wantLimit int }{
		{0, 0, 0, report.DefaultPage},
		{-1, -1, 0, report.DefaultPage},
		{3, 5, 3, 5},
		{math.MaxInt, math.MaxInt, math.MaxInt, report.MaxPage},
		{math.MinInt, math.MinInt, 0, report.DefaultPage},
	} {
		got := SubszOptions{Offset: tt.offset, Limit: tt.limit}.page()
		assert.Equal(t, SubszOptions{Offset: tt.wantOffset, Limit: tt.wantLimit}, got)
	}
}

func TestTradeOfAccounts(t *testing.T) {
	assert.Equal(t, []Export{
		{Subject: "s.>", Type: "stream", Approved: []string{"B"}},
		{Subject: "r", Type: "service", ResponseType: "Singleton"},
		{Subject: "c", Type: "service", ResponseType: "Chunked"},
	}, exports([]access.Export{
		{Stream: "s.>", Private: true, Accounts: []string{"B"}}, {Service: "r"}, {Service: "c", Responses: access.Chunked},
	}))
	assert.Equal(t, []Import{
		{Subject: "s.>", Account: "A", Local: "p.s.>", Type: "stream"},
		{Subject: "r", Account: "A", To: "my.r", Local: "my.r", Type: "service"},
		{Subject: "c", Account: "A", To: "c", Local: "c", Type: "service"},
	}, imports([]access.Import{
		{Account: "A", Stream: "s.>", Prefix: "p"}, {Account: "A", Service: "r", To: "my.r"}, {Account: "A", Service: "c"},
	}))
}
