package keepalive

import "time"

// How clients are closed one after the other where the broker is to end.
const (
	longestPause  = time.Second
	shortestPause = 10 * time.Millisecond
)

// Pace spreads the closing of clients over a time: so many at once, and a pause
// between. A few need not take all of it.
func Pace(clients int, within time.Duration) (batch int, pause time.Duration) {
	if clients == 0 || within <= 0 {
		return max(clients, 1), 0
	}
	pause = within / time.Duration(clients)
	if pause >= shortestPause {
		return 1, min(pause, longestPause)
	}
	pauses := int(max(within/shortestPause, 1))
	return (clients + pauses - 1) / pauses, shortestPause
}
