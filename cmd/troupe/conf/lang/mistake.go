package lang

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/troupe-mq/troupe/cmd/troupe/nearest"
)

// FileError is something in a file that is wrong, or worth a warning, and where.
type FileError struct {
	File         string
	Line, Column int
	Err          error
}

// Error is the mistake in the form file:line:column: text. What came out of the
// environment has no line.
func (e *FileError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %v", e.File, e.Err)
	}
	return fmt.Sprintf("%s:%d:%d: %v", e.File, e.Line, e.Column, e.Err)
}

// Unwrap gives what is wrong without the place.
func (e *FileError) Unwrap() error { return e.Err }

// InOrder sorts mistakes by where they stand: the blocks that they are found in are maps.
func InOrder(mistakes []*FileError) []error {
	slices.SortFunc(mistakes, func(a, b *FileError) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	errs := make([]error, len(mistakes))
	for i, m := range mistakes {
		errs[i] = m
	}
	return errs
}

// ErrUnknown is the error of a key that nothing is known about.
var ErrUnknown = errors.New("unknown field")

// Unknown is the error of a key that nothing is known about, with its name and the nearest of those that its block
// knows, which stand in one text with blanks between.
func Unknown(key, known string) error {
	return fmt.Errorf("%w %q%s", ErrUnknown, key, nearest.Hint(key, strings.Fields(known)))
}

// MissingError refuses a key that NATS servers know and Troupe cannot honour.
type MissingError struct {
	Key     string
	Feature string // completes "Troupe does not have …"
}

// Error is the sentence for the user.
func (e *MissingError) Error() string {
	return fmt.Sprintf("%q: Troupe does not have %s", e.Key, e.Feature)
}

// Named says which key a mistake is about; nil stays nil.
func Named(key string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%q: %w", key, err)
}
