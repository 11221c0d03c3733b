package chaos_test

import (
	"fmt"
	"os"
	"testing"
	"time"
)

// patience is how long anything may take that is going to happen.
const patience = time.Minute

// asBroker is the variable that makes the test binary a broker: its
// configuration, as JSON.
const asBroker = "TROUPE_CHAOS_BROKER"

func TestMain(m *testing.M) {
	config, ok := os.LookupEnv(asBroker)
	if !ok {
		os.Exit(m.Run()) //nolint:forbidigo // the way out of a TestMain
	}
	if err := serve(config); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1) //nolint:forbidigo // it was started as a program
	}
}

// scale is the size of something at full length, or in the short form.
func scale[T any](long, short T) T {
	if full {
		return long
	}
	return short
}

// inShort lets a test in short form run beside others, most of all those that
// have to wait for the broker's patience. At full length nothing may disturb the
// figures.
func inShort(t *testing.T) {
	t.Helper()
	if !full {
		t.Parallel()
	}
}

// eventually looks until something is so, and fails the test if it never is.
func eventually(t *testing.T, condition func() bool, format string, args ...any) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-tick.C {
		if condition() {
			return
		}
	}
	t.Fatalf("not within %s: "+format, append([]any{patience}, args...)...)
}
