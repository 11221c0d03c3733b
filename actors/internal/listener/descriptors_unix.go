//go:build unix

package listener

import (
	"math"
	"syscall"
)

// openFiles is how many files and sockets the process may have open.
func openFiles() int {
	var r syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &r) != nil {
		return math.MaxInt32
	}
	return int(min(r.Cur, math.MaxInt32))
}
