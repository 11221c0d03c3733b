package uplink

import (
	"time"

	"github.com/troupe-mq/troupe/actors/internal/compression"
	"github.com/troupe-mq/troupe/actors/internal/peer"
)

// agreement is the INFO by which a hub is told how the link goes on.
type agreement struct {
	ID          string           `json:"server_id"`
	Name        string           `json:"server_name"`
	Version     string           `json:"version"`
	Proto       int              `json:"proto"`
	Headers     bool             `json:"headers"`
	MaxPayload  int              `json:"max_payload"`
	Compression compression.Mode `json:"compression"`
}

// compress goes on compressed, if the hub has said that it can and one of the two wants to. It says once more then who it is.
func (s *shaken) compress(r *Remote, self *Self, begun time.Time) (compression.Terms, error) {
	t, err := r.Compression.Meet(s.info.Compression, time.Since(begun))
	switch {
	case err != nil, !t.Mode.Negotiates():
		return t, err
	case t.Thresholds != nil && t.Mode == compression.Uncompressed: // a hub that is near stays near: blocks would cost, and save nothing
		return compression.Terms{Mode: compression.Off}, nil
	}
	err = s.say("INFO", &agreement{
		ID: self.ID, Name: self.Name, Version: self.Version, Proto: peer.Protocol, Headers: true, MaxPayload: self.MaxPayload(),
		Compression: r.Compression.Said(t.Mode),
	})
	if err != nil {
		return t, err
	}
	s.conn = compression.New(s.conn, t)
	return t, s.hear(&s.info)
}
