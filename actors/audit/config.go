package audit

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/nats-io/nkeys"

	"github.com/troupe-mq/troupe/actors/audit/groupcommit"
	"github.com/troupe-mq/troupe/actors/audit/internal/disk"
	"github.com/troupe-mq/troupe/actors/audit/internal/page"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/topics"
)

// Sync says when what is written is on the disk.
type Sync string

// The choices.
const (
	// SyncAlways waits for the disk after each group. A batch is taken when it is
	// on the disk.
	SyncAlways Sync = "always"
	// SyncInterval waits for the disk every Interval. A batch is taken when it is
	// written: a crash of the process loses nothing, one of the machine what came
	// since.
	SyncInterval Sync = "interval"
	// SyncNone leaves it to the operating system.
	SyncNone Sync = "none"
)

// Config is all that can be set about an audit log.
type Config struct {
	// File is the live segment. Closed ones are beside it. A pipe or a device is
	// written to as it is: without rotation, repair and sync.
	File string
	// Policy is what happens when the log does not keep up or cannot be written.
	// tap.Block: publishers wait, and are refused. tap.Drop, the default: the log
	// has a gap, which says how much it lacks.
	Policy tap.Policy
	// Sync is when what is written is on the disk. Default: SyncAlways.
	Sync Sync
	// Interval is that of SyncInterval. Default: 100 ms.
	Interval time.Duration
	// Payload is what the log has of payloads. Default: nothing; see
	// PayloadLength.
	Payload Payload
	// Subjects are the patterns of the messages that are logged. Default: all.
	Subjects []string
	// Sign is a file with the seed of an nkey, which signs each seal.
	Sign string
	// MaxSize, in bytes, and MaxAge are when a segment is closed, and the next one begun.
	// Default: never.
	MaxSize int64
	MaxAge  time.Duration
	// Keep is which closed segments are not removed.
	Keep Keep
	// Compress makes gzip files of closed segments.
	Compress bool
	// Deadline is how long tap.Block has publishers wait. Default: the tap's.
	Deadline time.Duration

	disk disk.Disk // nil is the real one
}

// Keep is which closed segments are not removed when a segment is closed. Zero
// is without limit.
type Keep struct {
	Count int           // of segments
	Age   time.Duration // since a segment was closed
}

const (
	defaultInterval = 100 * time.Millisecond
	maxWaiting      = 128 << 20 // more than a log keeps by itself, which is to come first
	maxGiven        = 4 << 20   // lines take six times as much
	forever         = 100 * 365 * 24 * time.Hour
)

// name is the tap's.
const name = "audit"

// Validate reports what is wrong with the configuration, as far as it can be
// told without looking at files.
func (c *Config) Validate() error {
	errs := []error{}
	wrong := func(is bool, format string, args ...any) {
		if is {
			errs = append(errs, fmt.Errorf("audit: "+format, args...))
		}
	}
	wrong(c.File == "", "there is no file")
	wrong(c.Policy != tap.Block && c.Policy != tap.Drop, "there is no policy %d", c.Policy)
	switch c.Sync {
	case "", SyncAlways, SyncInterval, SyncNone:
	default:
		wrong(true, "sync %q is none of always, interval and none", string(c.Sync))
	}
	wrong(c.Interval < 0 || c.MaxAge < 0 || c.Keep.Age < 0 || c.Deadline < 0, "a duration cannot be negative")
	wrong(c.MaxSize < 0 || c.Keep.Count < 0 || !c.Payload.kept.Valid(), "a size or a number cannot be negative")
	for _, s := range c.Subjects {
		wrong(!topics.ValidPattern(s), "%q is not a subject", s)
	}
	return errors.Join(errs...)
}

// Tap makes the tap that keeps the log, to be given to actors.WithTap. A file
// that cannot be written, or is something else, is an error now.
func Tap(c Config) (tap.Spec, actor.Producer, error) { return Successor(c, Config{}) }

// Successor is Tap for a log in the place of one that is kept, to be given to ReplaceTap of a broker. If both have the same
// file it is not tried: the one before has it until it is gone.
func Successor(c, before Config) (tap.Spec, actor.Producer, error) {
	j, err := newJournal(c)
	if err != nil {
		return tap.Spec{}, nil, err
	}
	if c.File != before.File {
		if err := j.try(); err != nil {
			return tap.Spec{}, nil, err
		}
	}
	spec := tap.Spec{
		Name:     name,
		Subjects: c.Subjects,
		Payload:  c.Payload.Tap(),
		Policy:   c.Policy,
		Deadline: c.Deadline,
		MaxGiven: maxGiven,
		// The log copes with a store that hangs by itself. It is never left off.
		StuckAfter: forever,
		Says:       j.says,
	}
	known := make(page.Shifts)
	if c.Policy == tap.Block { // else the feed loses what is too much: it need not look at it
		spec.MaxBytes = maxWaiting
	}
	produce := groupcommit.Producer(groupcommit.Config{
		Name:   c.File,
		Store:  j,
		Page:   func() groupcommit.Page { return c.Payload.page(known) },
		Policy: c.Policy,
	})
	return spec, produce, nil
}

// readKey reads the seed of an nkey, and tries it.
func readKey(path string) (nkeys.KeyPair, string, error) {
	if path == "" {
		return nil, "", nil
	}
	seed, err := os.ReadFile(path)
	if err != nil {
		return nil, "", fmt.Errorf("audit: cannot read the key: %w", err)
	}
	defer clear(seed)
	key, err := nkeys.ParseDecoratedNKey(seed)
	if err != nil {
		return nil, "", fmt.Errorf("audit: %s: there is no seed of an nkey", path)
	}
	public, err := key.PublicKey()
	if err == nil {
		_, err = key.Sign([]byte(name))
	}
	if err != nil {
		return nil, "", fmt.Errorf("audit: %s: %w", path, err)
	}
	return key, public, nil
}
