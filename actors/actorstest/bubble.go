package actorstest

import (
	"testing"
	"testing/synctest"
	"time"
)

// patience is how long something is waited for that should be there at once.
const patience = time.Minute

// aftermath is how long the goroutines live that the actor framework starts for
// itself: its throttle of dead letters keeps a timer for a second.
const aftermath = 3 * time.Second

// settle waits until nothing moves in the bubble. It reports false, and has
// waited for nothing, outside of one.
func settle() (inBubble bool) {
	defer func() {
		if r := recover(); r != nil {
			inBubble = false // the only thing that Wait can dislike here
		}
	}()
	synctest.Wait()
	return true
}

// Advance lets d of virtual time go by, and everything happen that is due in it.
// It works in a testing/synctest bubble only: a test does not wait for the clock
// on the wall.
func Advance(t testing.TB, d time.Duration) {
	t.Helper()
	if !settle() {
		t.Fatal("actorstest: Advance outside a synctest bubble")
	}
	<-time.After(d)
	synctest.Wait()
}
