package segments

import (
	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
)

// Span is records by their numbers, the last one too.
type Span struct{ First, Last uint64 }

// Unproven gives the records in a file that a start has found without a seal.
// Nothing is verified.
func Unproven(path string) (found []Span, err error) {
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
				found = append(found, Span{sealed + 1, last})
			}
		}
	}
}
