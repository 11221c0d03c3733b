package audit

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/troupe-mq/troupe/actors/tap"
)

// Payload says what the log has of payloads.
type Payload struct {
	mode  payloadMode
	first int
}

type payloadMode uint8

const (
	payloadNone payloadMode = iota
	payloadLength
	payloadSHA256
	payloadFirst
	payloadAll
)

// The choices, PayloadFirst beside them. All but PayloadNone have the length.
var (
	PayloadNone   = Payload{mode: payloadNone}
	PayloadLength = Payload{mode: payloadLength}
	PayloadSHA256 = Payload{mode: payloadSHA256}
	PayloadAll    = Payload{mode: payloadAll}
)

// PayloadFirst is the first n bytes.
func PayloadFirst(n int) Payload { return Payload{mode: payloadFirst, first: n} }

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
func (p Payload) Tap() tap.Payload {
	switch p.mode {
	case payloadSHA256:
		return tap.PayloadSHA256
	case payloadFirst:
		return tap.PayloadFirst(p.first)
	case payloadAll:
		return tap.PayloadAll
	default:
		return tap.PayloadNone
	}
}
