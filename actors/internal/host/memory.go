package host

import (
	"runtime"
	"runtime/debug"
)

// GiveMemoryBack returns memory that is not in use to the system. What pools hold goes
// with the second collection only, that of FreeOSMemory.
func GiveMemoryBack() {
	runtime.GC()
	debug.FreeOSMemory()
}
