package transport

import (
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// visitor is a connection from an address.
type visitor struct {
	net.Conn
	from   string
	closed bool
}

func (v *visitor) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.ParseIP(v.from), Port: 1} }

func (v *visitor) Close() error {
	v.closed = true
	return nil
}

// enter has a client come from an address, a moment after the one before it.
func enter(l *Lobby, from string) (*visitor, *Place) {
	<-time.After(time.Millisecond)
	v := &visitor{from: from}
	return v, l.Enter(v)
}

func TestLobby(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLobby(3)
		honest, _ := enter(l, "10.0.0.1")
		first, place := enter(l, "10.0.0.2")
		second, _ := enter(l, "10.0.0.2")
		assert.False(t, first.closed || second.closed, "there is room")

		<-time.After(time.Millisecond)
		place.Progress()
		third, _ := enter(l, "10.0.0.2")
		assert.True(t, second.closed, "of the address that has most, the one without progress")
		fourth, _ := enter(l, "10.0.0.3")
		assert.True(t, first.closed, "the same goes for who comes from elsewhere")
		assert.True(t, place.GaveWay())
		assert.False(t, honest.closed || third.closed || fourth.closed)

		fifth, _ := enter(l, "10.0.0.4")
		assert.True(t, honest.closed, "where all have as many it is the oldest")
		assert.False(t, third.closed || fourth.closed || fifth.closed)
	})
}

func TestLobbyOfOneAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLobby(2)
		stuck, _ := enter(l, "10.0.0.1")
		_, left := enter(l, "10.0.0.1")
		left.Leave()
		left.Leave() // again, as a close does
		again, _ := enter(l, "10.0.0.1")
		assert.False(t, stuck.closed, "a place was free")
		newcomer, place := enter(l, "10.0.0.1")
		assert.True(t, stuck.closed)
		assert.False(t, again.closed || newcomer.closed, "never the newcomer")
		place.Leave()
		assert.False(t, place.GaveWay())
		place.Progress() // of who has left
		assert.Equal(t, 1, l.taken)
	})
}

// One byte after the other is progress for a while only.
func TestLobbyCreditEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLobby(2)
		drip, place := enter(l, "10.0.0.1")
		for range progressCredit {
			place.Progress()
		}
		slow, _ := enter(l, "10.0.0.1")
		place.Progress()
		enter(l, "10.0.0.1")
		assert.True(t, drip.closed)
		assert.False(t, slow.closed)
	})
}
