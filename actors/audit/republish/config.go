package republish

import (
	"cmp"
	"fmt"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/audit"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/topics"
)

// Config is all that can be set about it.
type Config struct {
	// Prefix is what the subjects begin with. Default: $AUDIT.
	Prefix string
	// Account is where records are published. Default: that of As, or $SYS.
	Account string
	// As is a user, whose permissions hold for what is published. Default: nobody,
	// and everything may be.
	As string
	// Payload is what the records have of payloads. Default: nothing; see
	// audit.PayloadLength.
	Payload audit.Payload
	// Subjects are the patterns of the messages that are told of. Default: all.
	Subjects []string
}

// DefaultPrefix is what the subjects begin with, if nothing else is said.
const DefaultPrefix = "$AUDIT"

// Validate reports what is wrong with the configuration.
func (c *Config) Validate() error {
	if c.Prefix != "" && (!topics.ValidSubject([]byte(c.Prefix)) || escaped(c.Prefix) != c.Prefix) {
		return fmt.Errorf("audit: %q is no subject to republish on", c.Prefix)
	}
	return nil
}

// name is the tap's.
const name = "republish"

const (
	maxBytes = 32 << 20
	maxBatch = 2048
)

// Tap makes the tap, to be given to actors.WithTap.
func Tap(c Config) (tap.Spec, actor.Producer, error) {
	if err := c.Validate(); err != nil {
		return tap.Spec{}, nil, err
	}
	c.Prefix = cmp.Or(c.Prefix, DefaultPrefix)
	if c.As == "" {
		c.Account = cmp.Or(c.Account, access.SystemAccount)
	}
	spec := tap.Spec{
		Name: name, Subjects: c.Subjects, Payload: c.Payload.Tap(), Policy: tap.Drop,
		MaxBytes: maxBytes, MaxBatch: maxBatch, MaxGiven: 1, // one batch after the other
	}
	lost := new(tap.Gap)
	return spec, func() actor.Actor {
		return &publisher{Config: c, encoder: audit.NewEncoder(c.Payload), lost: lost}
	}, nil
}
