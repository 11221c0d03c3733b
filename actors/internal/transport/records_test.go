package transport

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/compression"
	"github.com/troupe-mq/troupe/actors/internal/inbound"
)

// TestSmallRecordsAreReadInTurns: a client whose records of TLS, or a server whose compressed blocks, carry a byte each fills no
// buffer, but there is more to read at once all the same, so that others are to have their turn.
func TestSmallRecordsAreReadInTurns(t *testing.T) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	its := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, its, its, key.Public(), key)
	require.NoError(t, err)
	terms := compression.Terms{Mode: compression.Fast}
	for name, layers := range map[string]func(near, far net.Conn) (l Link, client io.Writer){
		"tls": func(near, far net.Conn) (Link, io.Writer) {
			low := NewProgressConn(near)
			high := tls.Server(low, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}) //nolint:gosec // it is a test
			client := tls.Client(far, &tls.Config{InsecureSkipVerify: true})                                                     //nolint:gosec // it is a test
			go func() { _ = client.HandshakeContext(context.Background()) }()                                                    // the other side says whether it fails
			require.NoError(t, high.HandshakeContext(context.Background()))
			return layered{stream: stream{high}, low: low}, client
		},
		"compressed": func(near, far net.Conn) (Link, io.Writer) {
			l, _ := Compressed(stream{near}, nil, terms)
			return l, compression.New(far, terms)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				near, far := net.Pipe()
				defer near.Close()
				defer far.Close()
				l, client := layers(near, far)
				go func() {
					for _, piece := range []string{"P", "I", "N"} {
						if piece == "N" {
							<-time.After(2 * prompt)
						}
						_, _ = client.Write([]byte(piece)) // who reads says whether it fails
					}
				}()
				in := &inbound.Input{}
				for i := range 3 {
					require.NoError(t, l.ReadInto(in))
					assert.Equal(t, 1, in.Pending())
					assert.Equal(t, i < 2, in.Filled(), i)
					in.R = in.W
				}
			})
		})
	}
}
