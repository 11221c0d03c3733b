package conf

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/troupe-mq/troupe/actors/access"
)

// This file is what is accepted, and worth a word.

func (f *file) warn(at FileError, err error) {
	at.Err = err
	f.warnings = append(f.warnings, &at)
}

// timed are the keys of durations that are written with a unit. In other keys a number of seconds is usual.
var timed = index(map[string]bool{
	"ping_interval write_deadline lame_duck_duration lame_duck_grace_period handshake_timeout": true,
})

// warnOfUnit tells of a duration without a unit: people mean milliseconds by it as well.
func (f *file) warnOfUnit(key string, value any, at FileError) {
	switch value.(type) {
	case int64, float64:
		f.warn(at, fmt.Errorf("%q is taken as seconds: write %vs", key, value))
	}
}

// secret takes a password or a token, which a file had better not have in plain text.
func (f *file) secret(into *string, value any, at FileError) (err error) {
	*into, err = toText(value)
	if err == nil && *into != "" && !access.Hashed(*into) && !inEnvironment(*into) {
		f.plain = append(f.plain, &at)
	}
	return err
}

// inEnvironment reports whether a value comes out of the environment, as far as can be known: the parser does not say.
func inEnvironment(value string) bool {
	return slices.ContainsFunc(os.Environ(), func(pair string) bool {
		_, text, _ := strings.Cut(pair, "=")
		return text == value
	})
}

var errPlain = errors.New("a password in plain text: whoever can read the file has it; use a bcrypt hash, or an nkey")

// warnOfPlain tells of the first of them, for all.
func (f *file) warnOfPlain() {
	if len(f.plain) == 0 {
		return
	}
	inOrder(f.plain)
	err := errPlain
	if more := len(f.plain) - 1; more > 0 {
		err = fmt.Errorf("%w (%d more of the kind)", err, more)
	}
	f.warn(*f.plain[0], err)
}
