package audit

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/troupe-mq/troupe/actors/audit/internal/page"
	"github.com/troupe-mq/troupe/actors/tap"
)

// Payload says what the log has of payloads: as much of them as a tap may
// have, and their length.
type Payload struct {
	kept  tap.Payload
	sized bool // the length is there
}

// The choices, PayloadFirst beside them. All but PayloadNone have the length.
var (
	PayloadNone   = Payload{}
	PayloadLength = Payload{sized: true}
	PayloadSHA256 = Payload{tap.PayloadSHA256, true}
	PayloadAll    = Payload{tap.PayloadAll, true}
)

// PayloadFirst is the first n bytes.
func PayloadFirst(n int) Payload { return Payload{tap.PayloadFirst(n), true} }

// ParsePayload reads none, length, sha256, all, or a number of bytes.
func ParsePayload(s string) (Payload, error) {
	switch strings.ToLower(s) {
	case "none":
		return PayloadNone, nil
	case "length":
		return PayloadLength, nil
	case "sha256":
		return PayloadSHA256, nil
	case "all":
		return PayloadAll, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return Payload{}, fmt.Errorf("%q is none of none, length, sha256, all and a number of bytes", s)
	}
	return PayloadFirst(n), nil
}

// Tap is what the broker is asked for.
func (p Payload) Tap() tap.Payload { return p.kept }

func (p Payload) page(s page.Shifts) *page.Page { return page.New(p.kept, p.sized, s) }
