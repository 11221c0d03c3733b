package documents

import (
	"os"
	"runtime"
)

// Expvarz is what the runtime says of the process.
type Expvarz struct {
	Cmdline  []string          `json:"cmdline"`
	Memstats *runtime.MemStats `json:"memstats"`
}

// Expvarz makes the document. It is what expvar would say, but for the arguments
// of the process: there may be passwords among them.
func (m *Maker) Expvarz() *Expvarz {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return &Expvarz{Cmdline: os.Args[:min(1, len(os.Args))], Memstats: &stats}
}
