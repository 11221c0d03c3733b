//go:build !chaos

package chaos_test

import "time"

// full: the tests run in short form.
const full = false

// noise is generous: the short form runs beside other tests, on busy machines.
const noise = 500 * time.Millisecond
