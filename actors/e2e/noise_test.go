package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
)

// noise publishes and subscribes at random on the subjects of a test until the
// test ends, so that caches are emptied and results are on their way all the time.
func noise(t *testing.T, addr string, r *rand.Rand, clients int, subjects []string) {
	t.Helper()
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range clients {
		c := dialRaw(t, addr)
		r := rand.New(rand.NewPCG(r.Uint64(), 0))
		wg.Go(func() {
			for sid := 1; ; sid++ {
				select {
				case <-stop:
					return
				default:
				}
				s := fmt.Sprintf("SUB %s n%d\r\nSUB %s n n%d\r\n", patternOf(subjects[r.IntN(len(subjects))], r), sid, patternOf(subjects[r.IntN(len(subjects))], r), -sid)
				for range r.IntN(20) {
					s += pub(subjects[r.IntN(len(subjects))], "noise")
				}
				s += fmt.Sprintf("UNSUB n%d\r\nUNSUB n%d\r\n", sid, -sid)
				if _, err := c.barrier(s); err != nil {
					return // the test sees a broken broker better
				}
			}
		})
	}
	t.Cleanup(func() {
		close(stop)
		wg.Wait()
	})
}

// patternOf is a random pattern that matches a subject of three tokens.
func patternOf(subject string, r *rand.Rand) string {
	var a, b, c string
	_, _ = fmt.Sscanf(dotted(subject), "%s %s %s", &a, &b, &c)
	switch r.IntN(7) {
	case 0:
		return subject
	case 1:
		return a + "." + b + ".*"
	case 2:
		return a + "." + b + ".>"
	case 3:
		return "*." + b + "." + c
	case 4:
		return a + ".*." + c
	case 5:
		return a + ".>"
	default:
		return "*.*.*"
	}
}

func dotted(subject string) string {
	b := []byte(subject)
	for i := range b {
		if b[i] == '.' {
			b[i] = ' '
		}
	}
	return string(b)
}

// subjectsOf are n subjects of three tokens, in many partitions.
func subjectsOf(n int) []string {
	s := make([]string, n)
	for i := range s {
		s[i] = fmt.Sprintf("b%d.c%d.d", i%5, i)
	}
	return s
}
