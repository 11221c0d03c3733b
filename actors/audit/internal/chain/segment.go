package chain

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// NameIn is how the name of a segment's file begins, with the time that path
// has.
func (h *Head) NameIn(live, path string) string {
	ext := filepath.Ext(live)
	stem := strings.TrimSuffix(filepath.Base(live), ext)
	rest := filepath.Base(path)[len(stem):]
	return fmt.Sprintf("%s%s-%06d%s", stem, rest[:len("-")+len(ClosedFormat)], h.Segment, ext)
}

// ClosedFormat is the time in a closed segment's name.
const ClosedFormat = "20060102T150405Z"

// Segment is a closed segment: audit-20261123T030405Z-000001.log, which may be
// compressed. The time is when it was closed. Names are not to be trusted.
type Segment struct {
	Path   string
	Number int
}

// Gzipped is how the name of a compressed segment ends.
const Gzipped = ".gz"

// ClosedName is the name of a segment when it is closed.
func ClosedName(live string, number int, at time.Time) string {
	ext := filepath.Ext(live)
	return fmt.Sprintf("%s-%s-%06d%s", strings.TrimSuffix(live, ext), at.UTC().Format(ClosedFormat), number, ext)
}

// closedPattern matches what is between the stem and the ending of a name.
var closedPattern = regexp.MustCompile(`^-(\d{8}T\d{6}Z)-(\d{6,})$`)

// ClosedSegments are the closed segments of a log, oldest first. One that is
// there twice is being compressed, or the process ended meanwhile: the plain one
// counts.
func ClosedSegments(live string) ([]Segment, error) {
	entries, err := os.ReadDir(filepath.Dir(live))
	if err != nil {
		return nil, err
	}
	ext := filepath.Ext(live)
	stem := strings.TrimSuffix(filepath.Base(live), ext)
	var found []Segment
	for _, e := range entries {
		middle, ok := strings.CutPrefix(strings.TrimSuffix(e.Name(), Gzipped), stem)
		if !ok || !strings.HasSuffix(middle, ext) {
			continue
		}
		m := closedPattern.FindStringSubmatch(strings.TrimSuffix(middle, ext))
		if m == nil {
			continue
		}
		if number, err := strconv.Atoi(m[2]); err == nil {
			found = append(found, Segment{filepath.Join(filepath.Dir(live), e.Name()), number})
		}
	}
	slices.SortFunc(found, func(a, b Segment) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Path, b.Path))
	})
	return slices.CompactFunc(found, func(a, b Segment) bool { return a.Number == b.Number }), nil
}

// LiveName is the name of the live segment of the log that a closed one belongs
// to, and false for a name that is no closed segment's.
func LiveName(path string) (string, bool) {
	dir, name := filepath.Split(strings.TrimSuffix(path, Gzipped))
	ext := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	cut := strings.LastIndexByte(stem, '-')
	if cut > 0 {
		cut = strings.LastIndexByte(stem[:cut], '-')
	}
	if cut <= 0 || !closedPattern.MatchString(stem[cut:]) {
		return path, false
	}
	return filepath.Join(dir, stem[:cut]+ext), true
}
