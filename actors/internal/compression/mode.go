package compression

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Mode is whether and how a server compresses, as servers tell each other.
type Mode string

// The modes.
const (
	Unsupported  Mode = "not supported"
	Off          Mode = "off"
	Accept       Mode = "accept"  // if the other wants to
	Auto         Mode = "s2_auto" // as the round trip suggests
	Uncompressed Mode = "s2_uncompressed"
	Fast         Mode = "s2_fast"
	Better       Mode = "s2_better"
	Best         Mode = "s2_best"
)

// words are the ways to write a mode in a configuration.
var words = map[string]Mode{
	"": "", "not supported": Unsupported, "not_supported": Unsupported, "off": Off, "false": Off, "disabled": Off, "accept": Accept,
	"on": Fast, "true": Fast, "enabled": Fast, "auto": Auto, "s2_auto": Auto, "fast": Fast, "s2_fast": Fast, "better": Better,
	"s2_better": Better, "best": Best, "s2_best": Best,
}

// Parse reads a mode. Nothing is read as nothing.
func Parse(text string) (Mode, error) {
	m, known := words[strings.ToLower(text)]
	if !known {
		return "", fmt.Errorf("%q is none of off, accept, s2_fast, s2_better, s2_best and s2_auto", text)
	}
	return m, nil
}

// Negotiates reports whether a server with that mode may compress at all, so that it has to hear first what the other wants.
func (m Mode) Negotiates() bool { return m != "" && m != Off && m != Unsupported }

// Agree is how a server compresses what it sends, of what it and the other have said that they want. It is [Auto] if the round
// trip decides.
func Agree(ours, theirs Mode) (Mode, error) {
	switch theirs {
	case "", Unsupported:
		return Unsupported, nil
	case Off:
		return Off, nil
	case Accept:
		if ours == Accept {
			return Off, nil
		}
		return ours, nil
	case Auto, Uncompressed, Fast, Better, Best:
		switch {
		case ours != Accept:
			return ours, nil
		case theirs == Auto:
			return Fast, nil
		default:
			return theirs, nil
		}
	default:
		return "", fmt.Errorf("unsupported route compression mode %q", theirs)
	}
}

// Thresholds are up to which round trips Auto is Uncompressed, Fast and Better; beyond them it is Best, as far as there are
// so many. 0 leaves a mode out.
type Thresholds []time.Duration

// DefaultThresholds are those of NATS servers.
var DefaultThresholds = Thresholds{10 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond}

var levels = []Mode{Uncompressed, Fast, Better, Best}

// Check reports what is wrong with them.
func (t Thresholds) Check() error {
	last := time.Duration(0)
	for _, d := range t {
		if d != 0 && d < last {
			return errors.New("rtt_thresholds have to grow")
		}
		last = max(last, d)
	}
	switch {
	case len(t) > len(levels):
		return fmt.Errorf("there are no more than %d rtt_thresholds", len(levels))
	case len(t) > 0 && last == 0:
		return errors.New("rtt_thresholds need one that is not 0")
	default:
		return nil
	}
}

// Of is the mode for a round trip.
func (t Thresholds) Of(rtt time.Duration) Mode {
	if len(t) == 0 {
		t = DefaultThresholds
	}
	for len(t) > 1 && t[len(t)-1] == 0 {
		t = t[:len(t)-1]
	}
	if i := slices.IndexFunc(t, func(d time.Duration) bool { return rtt <= d }); i >= 0 {
		return levels[i]
	}
	if len(t) >= len(levels)-1 {
		return Best
	}
	return levels[len(t)-1]
}
