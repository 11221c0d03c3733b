package host

import (
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/supervisor/logs"
)

// What goes wrong with clients is logged a few times, then counted: ten thousand
// strangers with the same fault must not fill the disk with it.
const (
	complaintBurst  = 5 // of each cause, in each period
	complaintPeriod = 10 * time.Second
	complaintCauses = 64
)

func newComplaints(log hclog.Logger) *logs.Throttle {
	return logs.NewThrottle(log, complaintBurst, complaintPeriod, complaintCauses)
}

// Allowed reports whether a complaint of that level may be logged. How many of its cause
// were not is logged when the period is over, or by [Host.Conclude].
func (h *Host) Allowed(level hclog.Level, cause string, now time.Time) bool {
	return h.complaints.Allow(level, cause, now)
}

// Conclude logs what was held back and nobody has been told of.
func (h *Host) Conclude() {
	h.complaints.Flush()
	if f, ok := h.System.Logger().Handler().(interface{ Flush() }); ok {
		f.Flush()
	}
}
