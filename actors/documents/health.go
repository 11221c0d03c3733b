package documents

import "context"

// Healthz is the document about whether all is well.
type Healthz struct {
	Status string `json:"status"`
	Error  string `json:"error,omitempty"`
}

// OK reports whether all is well.
func (h *Healthz) OK() bool { return h.Error == "" }

// Healthz makes the document, and takes no longer than a moment for it.
func (m *Maker) Healthz(ctx context.Context) *Healthz {
	if err := m.pulse.feel(ctx); err != nil {
		return &Healthz{Status: "unavailable", Error: err.Error()}
	}
	return &Healthz{Status: "ok"}
}
