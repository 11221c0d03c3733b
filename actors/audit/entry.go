package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
	"github.com/troupe-mq/troupe/actors/audit/internal/segments"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/topics"
)

// Entry is a record, as the log has it. What a record does not have is zero.
type Entry struct {
	Number  uint64
	Seq     uint64 // the order of what its connection did
	Time    time.Time
	Event   string
	CID     uint64
	User    string
	Account string
	Addr    string

	// Unproven says that a start has found the record without a seal: a crash, or
	// anybody, has left it there. It is false for one that no start has found yet.
	Unproven bool

	Kind, Name, Lang, Version string // of connected, authenticated and auth_failed

	// Tried is whom somebody has said it was that could not come in.
	Tried string

	Subject string
	Reply   string
	Queue   string
	SID     string
	Max     int
	Size    int // -1 if the log does not say
	Headers int
	Payload []byte // as much of it as the log has
	SHA256  string
	Outcome string
	Copies  int
	Reason  string

	From, To time.Time // of gap and refused
	Count    uint64

	What, Path, Directive, Failure, Tap string // of supervision, tap_added and tap_removed

	// JSON is the line itself.
	JSON []byte
}

// fields is a record's line. What is no text has a key with 64 behind it.
type fields struct {
	Number    uint64 `json:"n"`
	Seq       uint64 `json:"seq"`
	Time      string `json:"time"`
	Event     string `json:"event"`
	CID       uint64 `json:"cid"`
	User      string `json:"user"`
	User64    []byte `json:"user64"`
	Account   string `json:"account"`
	Account64 []byte `json:"account64"`
	Addr      string `json:"addr"`
	Tried     string `json:"tried"`
	Tried64   []byte `json:"tried64"`
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Name64    []byte `json:"name64"`
	Lang      string `json:"lang"`
	Lang64    []byte `json:"lang64"`
	Version   string `json:"version"`
	Version64 []byte `json:"version64"`
	Subject   string `json:"subject"`
	Subject64 []byte `json:"subject64"`
	Reply     string `json:"reply"`
	Reply64   []byte `json:"reply64"`
	Queue     string `json:"queue"`
	Queue64   []byte `json:"queue64"`
	SID       string `json:"sid"`
	SID64     []byte `json:"sid64"`
	Max       int    `json:"max"`
	Size      *int   `json:"size"`
	Headers   int    `json:"headers"`
	Payload   string `json:"payload"`
	Payload64 []byte `json:"payload64"`
	SHA256    string `json:"sha256"`
	Outcome   string `json:"outcome"`
	Copies    int    `json:"copies"`
	Reason    string `json:"reason"`
	Reason64  []byte `json:"reason64"`
	From      string `json:"from"`
	To        string `json:"to"`
	Count     uint64 `json:"count"`
	What      string `json:"what"`
	Path      string `json:"path"`
	Directive string `json:"directive"`
	Failure   string `json:"failure"`
	Failure64 []byte `json:"failure64"`
	Tap       string `json:"tap"`
	Tap64     []byte `json:"tap64"`
}

// either is a text in the one form or in the other.
func either(text string, raw []byte) string {
	if raw != nil {
		return string(raw)
	}
	return text
}

func parseEntry(text []byte) (*Entry, error) {
	var f fields
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, err
	}
	e := &Entry{
		Number: f.Number, Seq: f.Seq, Event: f.Event, CID: f.CID, Addr: f.Addr, Kind: f.Kind,
		User: either(f.User, f.User64), Account: either(f.Account, f.Account64), Tried: either(f.Tried, f.Tried64),
		Name: either(f.Name, f.Name64), Lang: either(f.Lang, f.Lang64), Version: either(f.Version, f.Version64),
		Subject: either(f.Subject, f.Subject64), Reply: either(f.Reply, f.Reply64),
		Queue: either(f.Queue, f.Queue64), SID: either(f.SID, f.SID64), Max: f.Max,
		Size: -1, Headers: f.Headers, Payload: []byte(either(f.Payload, f.Payload64)), SHA256: f.SHA256,
		Outcome: f.Outcome, Copies: f.Copies, Reason: either(f.Reason, f.Reason64), Count: f.Count,
		What: f.What, Path: f.Path, Directive: f.Directive, Failure: either(f.Failure, f.Failure64),
		Tap: either(f.Tap, f.Tap64), JSON: bytes.Clone(text),
	}
	if f.Copies > 0 && f.Outcome == "" {
		e.Outcome = tap.OutcomeDelivered.String()
	}
	if f.Size != nil {
		e.Size = *f.Size
	}
	for _, t := range []struct {
		to   *time.Time
		text string
	}{{&e.Time, f.Time}, {&e.From, f.From}, {&e.To, f.To}} {
		if t.text == "" {
			continue
		}
		at, err := time.Parse(chain.TimeFormat, t.text)
		if err != nil {
			return nil, err
		}
		*t.to = at
	}
	return e, nil
}

// Filter says which entries are wanted. What is not set does not matter.
type Filter struct {
	User, Account string // a user also by whom somebody has tried to be
	CID           uint64
	Subject       string // a pattern
	Event         string // in any case: one of Events
	Outcome       string // in any case: one of Outcomes
	Since, Until  time.Time
}

// Wants reports whether an entry passes.
func (f *Filter) Wants(e *Entry) bool {
	return (f.User == "" || f.User == e.User || f.User == e.Tried) &&
		(f.Account == "" || f.Account == e.Account) &&
		(f.CID == 0 || f.CID == e.CID) &&
		(f.Subject == "" || f.Subject == e.Subject || topics.Matches(f.Subject, e.Subject)) &&
		(f.Event == "" || strings.EqualFold(f.Event, e.Event)) &&
		(f.Outcome == "" || strings.EqualFold(f.Outcome, e.Outcome)) &&
		(f.Since.IsZero() || !e.Time.Before(f.Since)) &&
		(f.Until.IsZero() || e.Time.Before(f.Until))
}

// Read hands each record of the logs that paths stand for to do, in order, until
// that gives an error. What it stands for is as with Verify, and nothing is
// verified but each line by itself; which are [Entry.Unproven] is what the log says.
// A line that is broken is left out, and is in the error when all others have been
// read. The end of a log may be in the middle of a line, which is being written or
// never will be.
func Read(paths []string, do func(*Entry) error) error { return ReadWith(paths, ReadOptions{}, do) }

// readPart reads one file, and gives the first line that is broken.
func readPart(path string, last bool, m *meter, do func(*Entry) error) (broken, err error) {
	r, err := chain.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	m.watch(r)
	unproven, err := segments.Unproven(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for {
		text, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return broken, nil
		case err != nil && !errors.Is(err, chain.ErrTorn):
			return broken, fmt.Errorf("%s:%d: %w", path, r.Number, err)
		}
		e, bad := entryOf(text)
		switch {
		case last && errors.Is(err, chain.ErrTorn) && (bad == nil || chain.Unfinished(text)): // no record yet
		case bad != nil && broken == nil:
			broken = &BrokenError{File: path, Line: r.Number, Err: bad}
		case bad == nil && e != nil:
			e.mark(unproven)
			if err := do(e); err != nil {
				return broken, err
			}
		}
		if errors.Is(err, chain.ErrTorn) {
			return broken, nil
		}
	}
}

// mark marks an entry that was found without a seal.
func (e *Entry) mark(unproven []segments.Span) {
	for _, s := range unproven {
		e.Unproven = e.Unproven || s.First <= e.Number && e.Number <= s.Last
	}
}
