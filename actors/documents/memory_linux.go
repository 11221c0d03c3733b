package documents

import (
	"os"
	"strconv"
	"strings"
)

// residentMemory is how many bytes of the process are in memory.
func residentMemory() int64 {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return runtimeMemory()
	}
	fields := strings.Fields(string(b))
	if len(fields) < 2 {
		return runtimeMemory()
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return runtimeMemory()
	}
	return pages * int64(os.Getpagesize())
}
