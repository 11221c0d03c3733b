package spokes

import (
	"fmt"
	"strconv"
	"strings"
)

// Version is a level of NATS.
type Version struct{ major, minor, patch int }

// Oldest is the lowest that may be asked of leaf nodes.
var Oldest = Version{2, 8, 0}

// ParseVersion reads one like 2.10.0. What stands behind the numbers does not count.
func ParseVersion(text string) (v Version, ok bool) {
	text, _, _ = strings.Cut(strings.TrimPrefix(text, "v"), "-")
	parts := strings.Split(text, ".")
	numbers := []*int{&v.major, &v.minor, &v.patch}
	if len(parts) != len(numbers) {
		return Version{}, false
	}
	for i, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return Version{}, false
		}
		*numbers[i] = n
	}
	return v, true
}

// Before reports whether a version is older.
func (v Version) Before(o Version) bool {
	if v.major != o.major {
		return v.major < o.major
	}
	if v.minor != o.minor {
		return v.minor < o.minor
	}
	return v.patch < o.patch
}

// String is like 2.10.0.
func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v.major, v.minor, v.patch) }
