package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// patience is how long anything may take that is going to happen.
const patience = time.Minute

// soon is how often a test looks again.
const soon = 5 * time.Millisecond

// program is the path of the troupe that TestMain has built.
var program string

func TestMain(m *testing.M) {
	code, err := buildAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code) //nolint:forbidigo // the way out of a TestMain
}

func buildAndRun(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "troupe-e2e-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // it is in the temporary directory
	program = filepath.Join(dir, "troupe")
	args := []string{"build", "-o", program}
	if raced {
		args = append(args, "-race")
	}
	build := exec.Command("go", append(args, "../../cmd/troupe")...)
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("%w\n%s", err, out)
	}
	return m.Run(), nil
}

// under is n, or less of it where the race detector makes everything slow.
func under(n, withRace int) int {
	if raced {
		return withRace
	}
	return n
}

// newRand returns a source of its own, whose seed is printed if the test fails.
func newRand(t *testing.T) *rand.Rand {
	t.Helper()
	seed := rand.Uint64()
	if s, err := strconv.ParseUint(os.Getenv("TROUPE_SEED"), 10, 64); err == nil {
		seed = s
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("to repeat: TROUPE_SEED=%d", seed)
		}
	})
	return rand.New(rand.NewPCG(seed, seed))
}

// eventually is require.Eventually for a condition whose failure the caller
// wants to describe.
func eventually(condition func() bool) bool {
	tick := time.NewTicker(soon)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-tick.C {
		if condition() {
			return true
		}
	}
	return false
}
