package audit

import "bytes"

// span is records by their numbers, the last one too.
type span struct{ first, last uint64 }

// unprovenIn gives the records in a file that a start has found without a seal.
// Nothing is verified.
func unprovenIn(path string) (found []span, err error) {
	r, err := openLines(path)
	if err != nil {
		return nil, err
	}
	defer r.close()
	var sealed, last uint64
	for {
		text, err := r.next()
		if err != nil {
			return found, nil // who reads the records meets it too
		}
		n, kind := glance(text)
		switch kind {
		case recordKind:
			last = n
		case segmentKind:
		case sealKind:
			sealed = n
		case repairedKind:
			if last > sealed {
				found = append(found, span{sealed + 1, last})
			}
		}
	}
}

// glance is what a line is, as far as it is whole.
func glance(text []byte) (uint64, kind) {
	for _, b := range beginnings {
		if rest, ok := bytes.CutPrefix(text, b.text); ok {
			if n, ok := leadingNumber(rest); ok {
				return n, b.kind
			}
		}
	}
	return 0, segmentKind // the kind that says nothing here
}

// mark marks an entry that was found without a seal.
func (e *Entry) mark(unproven []span) {
	for _, s := range unproven {
		e.Unproven = e.Unproven || s.first <= e.Number && e.Number <= s.last
	}
}
