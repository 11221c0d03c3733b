package troupecmd

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// monotonic is the time that goes with RELOADING, so that an answer to an earlier
// reload is not taken for one to this.
func monotonic() string {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		return ""
	}
	return fmt.Sprintf("\nMONOTONIC_USEC=%d", now.Nano()/1000)
}
