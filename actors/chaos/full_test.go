//go:build chaos

package chaos_test

import "time"

// full: the tests run at full length.
const full = true

// noise is what a shared machine may add to a latency that is judged.
const noise = 2 * time.Millisecond
