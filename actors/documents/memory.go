package documents

import "runtime/metrics"

// runtimeMemory is what Go has taken from the system and not given back: close
// to what is resident, where the system itself cannot be asked cheaply.
func runtimeMemory() int64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return int64(samples[0].Value.Uint64() - samples[1].Value.Uint64())
}
