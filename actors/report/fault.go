package report

import (
	"time"

	"github.com/troupe-mq/troupe/supervisor"
)

// Fault is what became of an order to misbehave.
type Fault struct {
	Target    string               `json:"target"`
	Kind      string               `json:"kind"`
	Directive supervisor.Directive `json:"directive"`      // what the supervisor decided; empty if it was not asked
	Gone      bool                 `json:"gone"`           // the actor has ended
	Waiting   bool                 `json:"waiting"`        // it has failed, and was not back when the time was over: its supervisor waits
	Away      time.Duration        `json:"away_ns"`        // until it answered again, or was known to have ended
	Lost      uint64               `json:"lost_elsewhere"` // copies that others lost meanwhile
	Ledger    Ledger               `json:"ledger"`
}
