package transport

import (
	"crypto/tls"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Handshakes that stall give way to those that come, before their time is over.
func TestStalledHandshakesGiveWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		guard := &TLSGuard{Config: &tls.Config{}, Slots: NewHandshakeSlots(1), Lobby: NewLobby(2), Timeout: time.Minute, First: -1} //nolint:gosec // nobody gets in
		ended := make(chan error, 3)
		begin := func() net.Conn {
			<-time.After(time.Millisecond)
			client, server := net.Pipe()
			go func() {
				_, _, err := (&Handshake{Guard: guard, Conn: server}).run()
				server.Close()
				ended <- err
			}()
			synctest.Wait()
			return client
		}
		first, second := begin(), begin()
		_, err := first.Write([]byte("\x16\x03\x01\x02")) // this one goes on
		require.NoError(t, err)
		synctest.Wait()
		assert.Empty(t, ended)
		third := begin()
		require.ErrorIs(t, <-ended, ErrGaveWay)
		_, err = second.Write([]byte("x"))
		require.Error(t, err)
		began := time.Now()
		for range 2 {
			require.ErrorIs(t, <-ended, os.ErrDeadlineExceeded)
		}
		assert.InDelta(t, time.Minute, time.Since(began), float64(time.Second))
		assert.Zero(t, guard.Lobby.taken)
		first.Close()
		third.Close()
	})
}
