package audit

import (
	"strconv"

	"github.com/troupe-mq/troupe/actors/tap"
)

// Encoder writes records as the log's lines have them, but for what makes them a
// part of a log: their number and their check.
type Encoder struct{ page *page }

// NewEncoder makes an encoder whose records have so much of payloads.
func NewEncoder(payload Payload) *Encoder { return &Encoder{newPage(payload, nil)} }

// Append appends a record as a JSON object.
func (e *Encoder) Append(b []byte, r *tap.Record) []byte {
	b = append(b, '{')
	start := len(b)
	if r.Origin != nil {
		b = strconv.AppendUint(append(b, seqKey...), r.Seq, 10)
	}
	b = e.page.appendWhat(e.page.appendWho(b, r), r)
	return append(append(b[:start], b[start+len(","):]...), '}')
}
