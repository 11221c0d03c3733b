package documents

import (
	"bytes"
	"context"
	"fmt"
	"runtime/pprof"
	"time"
)

// ProfilezOptions choose a profile of the process.
type ProfilezOptions struct {
	Name     string        `json:"name"`
	Debug    int           `json:"debug"`
	Duration time.Duration `json:"duration,omitempty"` // of the profile named cpu
}

// maxProfile is how long the processor may be watched for one profile.
const maxProfile = 15 * time.Second

// Profilez is a profile, in the form that `go tool pprof` reads.
type Profilez struct {
	Profile []byte `json:"profile"`
	Error   string `json:"error,omitempty"`
}

// Profilez makes the document. That of the processor takes as long as it is asked
// to, or until ctx ends.
func (m *Maker) Profilez(ctx context.Context, o ProfilezOptions) *Profilez {
	var b bytes.Buffer
	if err := profile(ctx, &b, o); err != nil {
		return &Profilez{Error: err.Error()}
	}
	return &Profilez{Profile: b.Bytes()}
}

func profile(ctx context.Context, b *bytes.Buffer, o ProfilezOptions) error {
	switch o.Name {
	case "":
		return fmt.Errorf("Profile name not specified") //nolint:staticcheck // the text is nats-server's
	case "cpu":
		return profileProcessor(ctx, b, o.Duration)
	}
	p := pprof.Lookup(o.Name)
	if p == nil {
		return fmt.Errorf("Profile %q not found", o.Name) //nolint:staticcheck // the text is nats-server's
	}
	return p.WriteTo(b, o.Debug)
}

func profileProcessor(ctx context.Context, b *bytes.Buffer, d time.Duration) error {
	if d <= 0 || d > maxProfile {
		return fmt.Errorf("Duration %s should be between 0s and %s", d, maxProfile) //nolint:staticcheck // the text is nats-server's
	}
	if err := pprof.StartCPUProfile(b); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	enough := time.NewTimer(d)
	defer enough.Stop()
	select {
	case <-enough.C:
	case <-ctx.Done():
	}
	return nil
}
