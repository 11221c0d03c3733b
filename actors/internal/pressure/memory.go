package pressure

import (
	"math"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

// budgetShare is which part of its memory a broker lets wait for slow clients.
const budgetShare = 4

// someMemory is assumed where nothing says how much there is, in bytes.
const someMemory = 4 << 30

// DefaultBudget is a share of what the process may use: GOMEMLIMIT, the limit of
// its control group, or the machine's memory, whichever is least.
func DefaultBudget() int {
	least := int64(math.MaxInt64)
	for _, limit := range []int64{debug.SetMemoryLimit(-1), cgroupLimit(), machineMemory()} {
		if limit > 0 {
			least = min(least, limit)
		}
	}
	if least == math.MaxInt64 {
		least = someMemory
	}
	return int(least / budgetShare)
}

// cgroupLimit is the memory limit of a container, 0 if there is none.
func cgroupLimit() int64 {
	for _, path := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		if text, err := os.ReadFile(path); err == nil {
			if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil {
				return n
			}
		}
	}
	return 0
}

// machineMemory is the memory of the machine where Linux tells it, else 0.
func machineMemory() int64 {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) >= 2 && f[0] == "MemTotal:" {
			kib, err := strconv.ParseInt(f[1], 10, 64)
			if err == nil {
				return kib << 10
			}
		}
	}
	return 0
}
