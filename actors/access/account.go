package access

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/topics/mapping"
)

// The accounts that there always are: that of users who are in no other, and that
// of those who watch over the broker, unless a policy names another one.
const (
	GlobalAccount = "$G"
	SystemAccount = "$SYS"
)

// Account is users who share a world of subjects. What is published in one account
// is not seen in another, but for what one exports and the other imports.
type Account struct {
	Name    string
	Label   string // what its owner calls it, where Name is a key
	Users   []User
	Exports []Export
	Imports []Import
	// Mappings give other names to what is published in the account.
	Mappings []Mapping
	Limits   Limits
	// Default is what users without permissions of their own may do; nil is everything.
	Default *Permissions
	// Trace is where traces go that messages do not ask for themselves.
	Trace Trace
	// Storage is what the account may store; nil is nothing.
	Storage *Storage
}

// Limits are those of an account. 0 is no limit; -1 connections or subscriptions
// are none at all.
type Limits struct {
	MaxConnections   int // of the whole account, at a time
	MaxLeafNodes     int // servers that are its leaf nodes, at a time
	MaxSubscriptions int // of each of its connections
	MaxPayload       int // bytes, if it is less than the broker's
}

// Export offers subjects to other accounts: what is published there (Stream), or
// to answer requests there (Service). It is one of the two.
type Export struct {
	Stream, Service string
	// Private offers it to Accounts only; else everybody may import it.
	Private  bool
	Accounts []string
	// Position, if it is not 0, is the token of the subject, from 1 on, that has to be
	// the name of the account that imports it. Nothing else counts then.
	Position int
	// Responses says how a service answers, and Threshold how long it may take;
	// 0 is DefaultThreshold.
	Responses ResponseType
	Threshold time.Duration
	// Latency has the answers to requests of other accounts timed; nil: they are not. It is for a service with one answer.
	Latency *Latency
	// AllowTrace lets traces of requests to a service say who gets them. Streams have no use for it.
	AllowTrace bool
}

// Latency says which requests to a service are timed.
type Latency struct {
	Subject  string // where the measurements are published, in the account of the service
	Sampling int    // percent of the requests; those whose headers say that they are part of a recorded trace are too
}

func (l *Latency) validate(e *Export) error {
	switch {
	case e.Service == "" || e.Responses != Singleton:
		return fmt.Errorf("latency is of a service that gives one answer")
	case l.Sampling < 0 || l.Sampling > 100:
		return fmt.Errorf("a sampling of %d is not in 0..100", l.Sampling)
	case !plain(l.Subject) || !topics.Literal(l.Subject):
		return fmt.Errorf("%q is not a subject to publish the latency of %q to", l.Subject, e.Service)
	}
	return nil
}

// ResponseType says how many answers there are to one request.
type ResponseType uint8

// The types of response.
const (
	Singleton ResponseType = iota // one
	Stream                        // any number; one that is empty is the last
	Chunked                       // the same, of one thing in pieces
)

// DefaultThreshold is how long a service may take to answer.
const DefaultThreshold = 2 * time.Minute

// Import takes what an account offers. It is a Stream or a Service of it.
type Import struct {
	Account         string
	Stream, Service string // as the other account calls it
	// To is what it is called here; empty: the same. That of a stream may refer to
	// the wildcards of Stream as $1 or {{wildcard(1)}}; those of a service, to the
	// wildcards of To.
	To string
	// Prefix is put in front of a stream's subjects, in place of To.
	Prefix string
	// Share lets a service know who of this account asks it, and not only which account does. Streams have no use for it.
	Share bool
	// AllowTrace lets traces of a stream's messages say who gets them here. Services have no use for it.
	AllowTrace bool
}

// Subject is what an export is about.
func (e *Export) Subject() string { return cmp.Or(e.Stream, e.Service) }

func (e *Export) validate() error {
	switch {
	case (e.Stream == "") == (e.Service == ""):
		return fmt.Errorf("an export is a stream or a service")
	case !plain(e.Subject()):
		return fmt.Errorf("%q is not a subject to export", e.Subject())
	case e.Stream != "" && (e.Responses != Singleton || e.Threshold != 0):
		return fmt.Errorf("only a service responds")
	case e.Threshold < 0:
		return fmt.Errorf("a response threshold cannot be negative")
	case e.Position != 0 && !e.placed():
		return fmt.Errorf("account_token_position %d is not the place of a * in %q", e.Position, e.Subject())
	case e.Latency != nil:
		return e.Latency.validate(e)
	default:
		return nil
	}
}

// placed reports whether the name of an account has a place in the subject.
func (e *Export) placed() bool {
	tokens := strings.Split(e.Subject(), ".")
	return e.Position > 0 && e.Position <= len(tokens) && tokens[e.Position-1] == "*"
}

// Offers reports whether an import of an account takes what is exported here.
func (e *Export) Offers(i *Import, to string) bool {
	if (e.Stream == "") != (i.Stream == "") || !topics.Covers(e.Subject(), i.remote()) {
		return false
	}
	if e.Position > 0 {
		tokens := strings.Split(i.remote(), ".")
		return e.Position <= len(tokens) && tokens[e.Position-1] == to
	}
	return !e.Private || slices.Contains(e.Accounts, to)
}

// plain reports whether a text is a pattern without blanks.
func plain(pattern string) bool {
	return topics.ValidPattern(pattern) && !strings.ContainsAny(pattern, " \t\r\n")
}

// kind is what an import is of.
func (i *Import) kind() string {
	if i.Stream != "" {
		return "stream"
	}
	return "service"
}

// remote is the pattern of what is imported, in the other account.
func (i *Import) remote() string {
	if i.Stream != "" {
		return i.Stream
	}
	m, err := i.Mapping()
	if err != nil {
		return i.Service
	}
	return m.Target()
}

// Local is the pattern of what is imported, in this account.
func (i *Import) Local() string {
	m, err := i.Mapping()
	switch {
	case err != nil:
		return ""
	case i.Stream != "":
		return m.Target()
	default:
		return m.Source()
	}
}

// Mapping says how subjects change on their way: those of a stream from the other
// account into this one, those of a service's requests the other way.
func (i *Import) Mapping() (*mapping.Mapping, error) {
	switch {
	case i.Service != "":
		return mapping.New(cmp.Or(i.To, i.Service), i.Service)
	case i.Prefix != "":
		return mapping.New(i.Stream, strings.TrimSuffix(i.Prefix, ".")+"."+i.Stream)
	default:
		return mapping.New(i.Stream, cmp.Or(i.To, i.Stream))
	}
}

func (i *Import) validate() error {
	switch {
	case (i.Stream == "") == (i.Service == ""):
		return fmt.Errorf("an import is a stream or a service")
	case i.Account == "":
		return fmt.Errorf("an import needs an account")
	case i.Prefix != "" && (i.To != "" || i.Service != ""):
		return fmt.Errorf("a prefix is for a stream, in place of to")
	case i.Stream != "" && !plain(i.Stream):
		return fmt.Errorf("%q is not a subject to import", i.Stream)
	}
	if _, err := i.Mapping(); err != nil {
		return fmt.Errorf("%s import %q: %w", i.kind(), cmp.Or(i.Stream, i.Service), err)
	}
	return nil
}
