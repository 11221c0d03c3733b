//go:build !chaos

package chaos_test

import "time"

// full: the tests run in short form.
const full = false

// noise is generous: the short form runs beside other tests, on busy machines, and
// judges whether something happens, not how fast.
const noise = 10 * time.Second
