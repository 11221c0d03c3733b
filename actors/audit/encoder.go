package audit

import (
	"github.com/troupe-mq/troupe/actors/audit/internal/page"
	"github.com/troupe-mq/troupe/actors/tap"
)

// Encoder writes records as the log's lines have them, but for what makes them a
// part of a log: their number and their check.
type Encoder struct{ page *page.Page }

// NewEncoder makes an encoder whose records have so much of payloads.
func NewEncoder(payload Payload) *Encoder { return &Encoder{payload.page(nil)} }

// Append appends a record as a JSON object.
func (e *Encoder) Append(b []byte, r *tap.Record) []byte { return e.page.Object(b, r) }

// EventOf is the word for what a record tells of.
func EventOf(r *tap.Record) string { return page.Event(r) }

// OutcomeOf is the word for what became of it.
func OutcomeOf(r *tap.Record) string { return page.Outcome(r) }

// Events are the words for what records tell of, as [EventOf] gives them.
func Events() []string { return page.Events() }

// Outcomes are the words for what became of a command.
func Outcomes() []string { return page.Outcomes() }
