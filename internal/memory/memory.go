package memory

import (
	"runtime"
	"runtime/debug"
)

// GiveBack returns all memory that is not in use. Pools of buffers let go of theirs at the second collection only, the
// one of FreeOSMemory: after the first one alone most of a burst would stay.
func GiveBack() {
	runtime.GC()
	debug.FreeOSMemory()
}
