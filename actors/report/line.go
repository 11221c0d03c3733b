package report

import "time"

// Line is a line of the protocol on a connection that is followed, without the payload behind it.
type Line struct {
	Time   time.Time
	Out    bool // it goes to the client
	Text   string
	Missed int // how many lines before it are left out
}
