//go:build !linux

package documents

// residentMemory is what the runtime has taken from the system.
func residentMemory() int64 { return runtimeMemory() }
