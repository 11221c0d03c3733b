package groupcommit

import (
	"context"
	"errors"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/supervisor"
)

// Page is some records, in the form in which they are stored.
type Page interface {
	// Add appends a record, so many times: the numbers of the records and their
	// Seq go up by one, also from page to page. Neither the record nor its payload
	// may be kept.
	Add(n uint64, r *tap.Record, times int)
	// Size is the page's size in bytes.
	Size() int
	// Reset empties the page, to be filled again.
	Reset()
}

// Store is where pages are kept. One goroutine calls all of its methods; the
// context ends when nobody waits for it any more.
type Store interface {
	// Open makes the store ready, also after an error, and says which number
	// the next record has.
	Open(ctx context.Context) (next uint64, err error)
	// Commit stores pages, all of them or not a trace. After an error the store is
	// closed.
	Commit(ctx context.Context, pages []Page) error
	// Tend does what is due, and says when there is something again; zero is
	// never. After an error the store is closed.
	Tend() (time.Time, error)
	// Close ends it. It may be closed already.
	Close() error
}

// Config is what an actor of this package needs to know.
type Config struct {
	// Name is what the log is called where it is spoken of: its file.
	Name string
	// Store is used by one incarnation of the actor after the other.
	Store Store
	// Page makes an empty page.
	Page func() Page
	// Policy says who bears it when the store fails. tap.Block: the publishers,
	// who get an error. tap.Drop: the log, which has a gap.
	Policy tap.Policy
	// MaxBytes is how much may wait while something is being stored. Default:
	// 32 MiB. What comes then publishers are refused; with tap.Drop it is not taken
	// before there is room, and the tap's feed loses what is too much for it.
	MaxBytes int
}

// What is announced of a store, among the events of supervision.
const (
	Failing   supervisor.What = "failing to write"
	Recovered supervisor.What = "writing again"
)

// The errors that a publisher may be told of.
var (
	ErrBehind  = errors.New("audit: too much is waiting to be written")
	ErrStopped = errors.New("audit: the log has stopped")
)

const (
	defaultMaxBytes = 32 << 20
	// pageBytes is how large a page gets: it stays in the processor's cache until
	// it is written.
	pageBytes = 256 << 10
	// maxTimes is how many times a record is added to a page at once.
	maxTimes = 512
	// maxSpare is how many empty pages are kept.
	maxSpare = 32
	// patience is how long a stopping actor waits for its last page.
	patience = 2 * time.Second
	// minDelay and maxDelay are between two attempts to open a store that failed.
	minDelay = 100 * time.Millisecond
	maxDelay = 5 * time.Second
)

// Producer makes the actor of a tap.
func Producer(c Config) actor.Producer {
	if c.MaxBytes <= 0 {
		c.MaxBytes = defaultMaxBytes
	}
	over := make(chan struct{})
	close(over)
	line := &succession{ended: over}
	return func() actor.Actor { return &committer{Config: c, line: line} }
}

// succession is what an incarnation leaves to the next one. Only incarnations
// touch it, and there is one at a time.
type succession struct {
	ended <-chan struct{} // closed when its goroutine has let go of the store
	lost  span            // what the log does not tell of yet
}
