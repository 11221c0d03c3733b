package front

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/actorstest"
)

func TestWhoReadsNothingIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openHall(t, usual, nil)
		h.enter("10.0.0.1", get("/long"))
		synctest.Wait()
		assert.Positive(t, h.used())
		actorstest.Advance(t, usual.patience-time.Second)
		assert.Equal(t, 1, h.present())
		actorstest.Advance(t, 2*time.Second)
		assert.Zero(t, h.present())
		assert.Zero(t, h.used())
	})
}

func TestWhoReadsSlowlyGetsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openHall(t, usual, nil)
		v := h.enter("10.0.0.1", get("/long"))
		began, read, some := time.Now(), 0, make([]byte, stride)
		for read < longAnswer {
			actorstest.Advance(t, usual.patience/2)
			n, err := io.ReadFull(v, some)
			read += n
			if err != nil {
				break
			}
			assert.LessOrEqual(t, h.used(), int64(longAnswer-read+2*pieceSize), "what has gone is given back")
		}
		assert.GreaterOrEqual(t, read, longAnswer)
		assert.Greater(t, time.Since(began), 2*time.Minute)
	})
}

// Of those who read, one that reads is served, however much others want.
func TestGoodReaderOutlivesThoseWhoReadNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lim := usual
		lim.answers = 2 * longAnswer
		h := openHall(t, lim, nil)
		for range 20 {
			h.enter("10.0.0.1", get("/long"))
			actorstest.Advance(t, time.Millisecond)
			status, body := h.enter("10.0.0.1", get("/long")).answer()
			require.Equal(t, 200, status)
			require.Len(t, body, longAnswer)
			require.LessOrEqual(t, h.used(), lim.answers)
		}
	})
}

func TestAnswerThatIsTooLarge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lim := usual
		lim.answer = longAnswer / 2
		h := openHall(t, lim, nil)
		status, body := h.enter("10.0.0.1", get("/long")).answer()
		assert.Equal(t, 400, status)
		assert.Contains(t, body, "the answer is too large")
		assert.Zero(t, h.used())
		lim.answer, lim.answers = longAnswer*2, longAnswer/2
		h = openHall(t, lim, nil)
		status, body = h.enter("10.0.0.1", get("/long")).answer()
		assert.Equal(t, 503, status)
		assert.Equal(t, "too much is being answered at a time", body)
		assert.Zero(t, h.used())
	})
}

func TestBodiesAreWholeOrRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openHall(t, usual, nil)
		status, body := h.enter("10.0.0.1", "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\nhello").answer()
		assert.Equal(t, [2]any{200, "hello"}, [2]any{status, body})
		v := h.enter("10.0.0.1", "")
		go func() { // it fails when the server has answered
			_, _ = io.WriteString(v, "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 99999\r\n\r\n"+strings.Repeat("x", 99999))
		}()
		status, body = v.answer()
		assert.Equal(t, [2]any{413, "the body of the request is too long"}, [2]any{status, body})
		assert.Equal(t, 1, h.asked("/"))
	})
}

// The time that a request has to come in is not that of its answer.
func TestAnswerMayTakeLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openHall(t, usual, nil)
		began := time.Now()
		status, _ := h.enter("10.0.0.1", get("/slow")).answer()
		assert.Equal(t, 200, status)
		assert.Equal(t, time.Minute, time.Since(began), "it was not cancelled")
		v := h.enter("10.0.0.1", get("/slow"))
		synctest.Wait()
		v.Close()
		synctest.Wait()
		assert.Equal(t, 1, h.present(), "who hangs up is not worked for")
	})
}

// certificate is one for here.
func certificate(t *testing.T) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"here"}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	require.NoError(t, err)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, NextProtos: []string{"h2"}}
}

func TestHandshakesThatAreNeverFinished(t *testing.T) {
	config := certificate(t)
	synctest.Test(t, func(t *testing.T) {
		h := openHall(t, few(), config)
		for i := range 50 {
			h.enter("10.0.0.1", []string{"", "\x16\x03\x01\x02\x00\x01"}[i%2])
			actorstest.Advance(t, time.Millisecond)
		}
		began := time.Now()
		v := h.enter("10.0.0.1", "")
		v.Conn = tls.Client(v.Conn, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2", "http/1.1"}})
		v.r.Reset(v)
		v.say(get("/long"))
		status, body := v.answer()
		assert.Equal(t, [2]int{200, longAnswer}, [2]int{status, len(body)})
		assert.Zero(t, time.Since(began))
		actorstest.Advance(t, idleTimeout+time.Second)
		synctest.Wait()
	})
}
