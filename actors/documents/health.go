package documents

import (
	"context"
	"errors"
	"net/http"

	"github.com/troupe-mq/troupe/actors/report"
)

// Healthz is the document about whether all is well.
type Healthz struct {
	Status string `json:"status"`
	Error  string `json:"error,omitempty"`
	// Code is the status by which HTTP says it: 200, 500 where no client can come in, or 503.
	Code int `json:"-"`
}

// Healthz makes the document, and takes no longer than a moment for it.
func (m *Maker) Healthz(ctx context.Context) *Healthz {
	switch err := m.pulse.feel(ctx); {
	case err == nil:
		return &Healthz{Status: "ok", Code: http.StatusOK}
	case errors.Is(err, report.ErrNotReady):
		return &Healthz{Status: "error", Error: err.Error(), Code: http.StatusInternalServerError}
	default:
		return &Healthz{Status: "unavailable", Error: err.Error(), Code: http.StatusServiceUnavailable}
	}
}
