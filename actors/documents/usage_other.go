//go:build !unix && !windows

package documents

import "time"

// processorTime is not known here.
func processorTime() time.Duration { return 0 }
