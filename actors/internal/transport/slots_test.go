package transport

import (
	"net"
	"net/netip"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// guest is a connection from an address to a port.
type guest struct {
	net.Conn
	from string
	port uint16
}

func (g guest) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(g.from), 9))
}

func (g guest) LocalAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), g.port))
}

// TestSlotsTakeTurns: handshakes wait for a slot by their address, and in it by the port that they come to. Whoever gives up leaves
// nothing behind.
func TestSlotsTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slots, until := NewHandshakeSlots(1), time.Now().Add(time.Minute)
		require.NoError(t, slots.Enter(guest{from: "10.0.0.1"}, until, nil))
		var order []string
		gone := make(chan struct{})
		begin := func(name string, g guest, gone chan struct{}) {
			go func() {
				if err := slots.Enter(g, until, gone); err != nil {
					order = append(order, name+": "+err.Error())
					return
				}
				order = append(order, name)
				slots.Leave()
			}()
			synctest.Wait()
		}
		begin("a displaced", guest{from: "10.0.0.1"}, gone)
		begin("flood 1", guest{from: "10.0.0.1", port: 1}, nil)
		begin("flood 2", guest{from: "10.0.0.1", port: 1}, nil)
		begin("other port", guest{from: "10.0.0.1", port: 2}, nil)
		begin("other address", guest{from: "10.0.0.2", port: 1}, nil)
		close(gone)
		synctest.Wait()
		assert.Equal(t, 1, slots.Len())
		slots.Leave()
		synctest.Wait()
		assert.Equal(t, []string{"a displaced: " + ErrGaveWay.Error(), "flood 1", "other address", "other port", "flood 2"}, order)
		assert.Zero(t, slots.Len())
		_, waits := slots.waiting.Pop()
		assert.False(t, waits)
	})
}

// TestSlotsAreGivenUpInTime: a slot is waited for until the handshake must be over.
func TestSlotsAreGivenUpInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slots := NewHandshakeSlots(1)
		require.NoError(t, slots.Enter(guest{from: "10.0.0.1"}, time.Now(), nil), "a slot is free")
		require.ErrorIs(t, slots.Enter(guest{from: "10.0.0.1"}, time.Now().Add(time.Second), nil), os.ErrDeadlineExceeded)
		slots.Leave()
		assert.Zero(t, slots.Len())
	})
}
