package sqlite

import (
	"bytes"
	"fmt"
	"time"

	"github.com/troupe-mq/troupe/actors/audit"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
)

// page is rows to be.
type page struct {
	rows [][]any
	size int
}

// Add appends rows.
func (p *page) Add(n uint64, r *tap.Record, times int) {
	for i := range uint64(times) {
		p.row(n+i, r.Seq+i, r)
	}
}

func (p *page) row(n, seq uint64, r *tap.Record) {
	o := r.Origin
	if o == nil {
		o = new(report.Origin)
	}
	reason, detail := r.Reason, r.Tap
	switch {
	case r.Gap != nil:
		reason, detail = r.Gap.Reason, fmt.Sprintf("%d records from %s to %s", r.Gap.Count, stamp(r.Gap.From), stamp(r.Gap.To))
	case r.Supervision != nil:
		detail = r.Supervision.String()
	case o.Tried != "":
		detail = "tried " + o.Tried
	}
	p.rows = append(p.rows, []any{
		n, seq, stamp(r.Time), audit.EventOf(r),
		o.CID, o.User, o.Account, o.Address,
		r.Subject, r.Reply, r.Queue, r.SID, r.Max,
		r.Size, r.Headers, bytes.Clone(r.Payload),
		audit.OutcomeOf(r), r.Copies, reason, detail,
	})
	p.size += rowSize + len(r.Payload) + len(o.User) + len(o.Account) + len(o.Address) +
		len(r.Subject) + len(r.Reply) + len(r.Queue) + len(r.SID) + len(reason) + len(detail)
}

// rowSize is about what a row takes besides: what clients have no part in.
const rowSize = 500

// Size is about how large the page is.
func (p *page) Size() int { return p.size }

// Reset empties the page.
func (p *page) Reset() {
	clear(p.rows)
	p.rows, p.size = p.rows[:0], 0
}

// stamp is a time that sorts as text.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }
