//go:build !unix && !windows

package monitor

import "time"

// processorTime is not known here.
func processorTime() time.Duration { return 0 }
