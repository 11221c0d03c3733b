package audit

import (
	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
)

// span is records by their numbers, the last one too.
type span struct{ first, last uint64 }

// unprovenIn gives the records in a file that a start has found without a seal.
// Nothing is verified.
func unprovenIn(path string) (found []span, err error) {
	r, err := chain.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var sealed, last uint64
	for {
		text, err := r.Next()
		if err != nil {
			return found, nil // who reads the records meets it too
		}
		n, kind := chain.Glance(text)
		switch kind {
		case chain.RecordKind:
			last = n
		case chain.SegmentKind:
		case chain.SealKind:
			sealed = n
		case chain.RepairedKind:
			if last > sealed {
				found = append(found, span{sealed + 1, last})
			}
		}
	}
}

// mark marks an entry that was found without a seal.
func (e *Entry) mark(unproven []span) {
	for _, s := range unproven {
		e.Unproven = e.Unproven || s.first <= e.Number && e.Number <= s.last
	}
}
