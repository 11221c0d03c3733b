package audit

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

// closedFormat is the time in a closed segment's name.
const closedFormat = "20060102T150405Z"

// segment is a closed segment: audit-20261123T030405Z-000001.log, which may be
// compressed. The time is when it was closed. Names are not to be trusted.
type segment struct {
	path   string
	number int
}

const gzipped = ".gz"

// closedName is the name of a segment when it is closed.
func closedName(live string, number int, at time.Time) string {
	ext := filepath.Ext(live)
	return fmt.Sprintf("%s-%s-%06d%s", strings.TrimSuffix(live, ext), at.UTC().Format(closedFormat), number, ext)
}

// closedPattern matches what is between the stem and the ending of a name.
var closedPattern = regexp.MustCompile(`^-(\d{8}T\d{6}Z)-(\d{6,})$`)

// closedSegments are the closed segments of a log, oldest first. One that is
// there twice is being compressed, or the process ended meanwhile: the plain one
// counts.
func closedSegments(live string) ([]segment, error) {
	entries, err := os.ReadDir(filepath.Dir(live))
	if err != nil {
		return nil, err
	}
	ext := filepath.Ext(live)
	stem := strings.TrimSuffix(filepath.Base(live), ext)
	var found []segment
	for _, e := range entries {
		middle, ok := strings.CutPrefix(strings.TrimSuffix(e.Name(), gzipped), stem)
		if !ok || !strings.HasSuffix(middle, ext) {
			continue
		}
		m := closedPattern.FindStringSubmatch(strings.TrimSuffix(middle, ext))
		if m == nil {
			continue
		}
		if number, err := strconv.Atoi(m[2]); err == nil {
			found = append(found, segment{filepath.Join(filepath.Dir(live), e.Name()), number})
		}
	}
	slices.SortFunc(found, func(a, b segment) int {
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.path, b.path))
	})
	return slices.CompactFunc(found, func(a, b segment) bool { return a.number == b.number }), nil
}

// liveName is the name of the live segment of the log that a closed one belongs
// to, and false for a name that is no closed segment's.
func liveName(path string) (string, bool) {
	dir, name := filepath.Split(strings.TrimSuffix(path, gzipped))
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
