package transport

import "runtime"

// Handshakes is what all handshakes of a broker share.
type Handshakes struct {
	Slots HandshakeSlots
	Lobby *Lobby // of the clients' port; the WebSocket listener has its own
}

// LobbyPlaces is how many clients of a port may be in the middle of a handshake, or of
// a request: many times of what is on its way where all make haste.
const LobbyPlaces = 1024

// NewHandshakes is that of a broker that starts.
func NewHandshakes() Handshakes {
	return Handshakes{Slots: make(HandshakeSlots, (runtime.GOMAXPROCS(0)+1)/2), Lobby: NewLobby(LobbyPlaces)}
}
