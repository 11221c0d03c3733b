package documents

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/troupe-mq/troupe/actors/report"
)

// Healthz is the document about whether all is well.
type Healthz struct {
	Status string          `json:"status"`
	Error  string          `json:"error,omitempty"`
	Errors json.RawMessage `json:"errors,omitempty"` // if details are wanted
	// Code is the status by which HTTP says it: 200, 500 where no client can come in, or 503. Whoever stores may
	// have others.
	Code int `json:"-"`
}

// HealthzOptions are what is to be looked at, in the names of nats-server.
type HealthzOptions struct {
	JSEnabled     bool   `json:"js-enabled,omitempty"`
	JSEnabledOnly bool   `json:"js-enabled-only,omitempty"`
	JSServerOnly  bool   `json:"js-server-only,omitempty"`
	JSMetaOnly    bool   `json:"js-meta-only,omitempty"`
	Account       string `json:"account,omitempty"`
	Stream        string `json:"stream,omitempty"`
	Consumer      string `json:"consumer,omitempty"`
	Details       bool   `json:"details,omitempty"`
	Mesh          bool   `json:"-"` // ours: there is a route to each server of the cluster
}

// Healthz makes the document, and takes no longer than a moment for it.
func (m *Maker) Healthz(ctx context.Context, o HealthzOptions) *Healthz {
	err := m.pulse.feel(ctx)
	if err == nil && o.Mesh {
		err = m.meshHealth()
	}
	switch {
	case err == nil && m.Stores() && !o.JSServerOnly:
		return m.storageHealth(ctx, o)
	case err == nil:
		return &Healthz{Status: "ok", Code: http.StatusOK}
	case errors.Is(err, report.ErrNotReady):
		return &Healthz{Status: "error", Error: err.Error(), Code: http.StatusInternalServerError}
	default:
		return &Healthz{Status: "unavailable", Error: err.Error(), Code: http.StatusServiceUnavailable}
	}
}

// meshHealth is nil if there is a route to each server of the cluster: without it, those who are connected here do not reach
// those who are connected there, and nobody notices.
func (m *Maker) meshHealth() error {
	c := m.broker.ClusterState()
	if c == nil {
		return nil
	}
	if missing := c.Missing(); len(missing) > 0 {
		return fmt.Errorf("no route to %s", strings.Join(missing, ", "))
	}
	return nil
}

// storageHealth asks whoever stores.
func (m *Maker) storageHealth(ctx context.Context, o HealthzOptions) *Healthz {
	var h struct {
		Healthz
		StatusCode int `json:"status_code"`
	}
	text, err := json.Marshal(o)
	if err == nil {
		text, err = m.process.Load().Storage(ctx, "HEALTHZ", text)
	}
	if err == nil {
		err = json.Unmarshal(text, &h)
	}
	switch {
	case err != nil:
		return &Healthz{Status: "unavailable", Error: err.Error(), Code: http.StatusServiceUnavailable}
	case h.StatusCode != 0:
		h.Code = h.StatusCode
	case h.Error != "" || len(h.Errors) > 0:
		h.Code = http.StatusServiceUnavailable
	default:
		h.Code = http.StatusOK
	}
	return &h.Healthz
}
