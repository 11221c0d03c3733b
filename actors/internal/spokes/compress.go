package spokes

import (
	"encoding/json"

	"github.com/troupe-mq/troupe/actors/internal/compression"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/report"
)

// This file is what a leaf node and this broker agree on about compression. INFO says what is wanted here. A leaf node that makes
// something of it says so in an INFO of its own, before CONNECT, and is greeted once more, compressed.

// negotiator is who judges that INFO, nil if nothing is compressed here.
func (s *Settings) negotiator() func([]byte, peer.Announced, func(*peer.Judged)) {
	if !s.Compression.Mode.Negotiates() {
		return nil
	}
	return func(said []byte, from peer.Announced, answer func(*peer.Judged)) { answer(s.negotiate(said, from)) }
}

func (s *Settings) negotiate(said []byte, from peer.Announced) *peer.Judged {
	var theirs struct {
		Compression compression.Mode `json:"compression"`
	}
	if json.Unmarshal(said, &theirs) != nil {
		return &peer.Judged{Err: peer.Refusal(report.ProtocolViolation, "its INFO cannot be read")}
	}
	t, err := s.Compression.Meet(theirs.Compression, from.RTT)
	switch {
	case err != nil:
		return &peer.Judged{Err: peer.Refusal(report.ProtocolViolation, "%v", err)}
	case !t.Mode.Negotiates():
		return &peer.Judged{}
	default:
		return &peer.Judged{Compress: t}
	}
}
