package lang

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
)

// This file is tables of keys: a setter for each, which puts one value where it belongs.

// Table gives each of the names of an entry, blanks between them, an entry of its own.
func Table[F any](table map[string]F) map[string]F {
	flat := make(map[string]F)
	for names, entry := range maps.All(table) {
		for name := range strings.FieldsSeq(names) {
			flat[name] = entry
		}
	}
	return flat
}

// Keys are those of a table, with blanks between.
func Keys[F any](table map[string]F) string {
	return strings.Join(slices.Collect(maps.Keys(table)), " ")
}

// Set sets a key, which may be written in any case, by the tables of those that are known and of those that are
// not there: the latter complete "Troupe does not have …". The error names the key; it is an [ErrUnknown], with the
// nearest key that is known, or a [MissingError] where there is no setter. more are keys that the caller takes itself.
func Set[S any, F ~func(*S, any) error](s *S, key string, value any, known map[string]F, missing map[string]string, more ...string) error {
	lower := strings.ToLower(key)
	if set, ok := known[lower]; ok {
		return Named(key, set(s, value))
	}
	if feature, ok := missing[lower]; ok {
		return Missing(key, value, feature)
	}
	return Unknown(key, Keys(known)+" "+strings.Join(more, " "))
}

// Missing refuses what Troupe does not have, unless it is switched off.
func Missing(key string, value any, feature string) error {
	if IsOff(value) {
		return nil
	}
	return &MissingError{Key: key, Feature: feature}
}

// SetKey sets a key of some block. The error is noted at the place of the key.
type SetKey func(key string, value any, at FileError) error

// By is the keys of a block that are all in tables: see [Set].
func By[S any, F ~func(*S, any) error](s *S, known map[string]F, missing map[string]string) SetKey {
	return func(key string, value any, _ FileError) error { return Set(s, key, value, known, missing) }
}

// NeedsBlock is the setter of a key that is a block, for a value that is none. like is what the block looks like.
func NeedsBlock[S any](like string) func(*S, any) error {
	return func(*S, any) error { return errors.New("needs a block: " + like) }
}

// NeedsBlockOrOff is [NeedsBlock] for what may also be switched off.
func NeedsBlockOrOff[S any](like string) func(*S, any) error {
	return func(s *S, value any) error {
		if IsOff(value) {
			return nil
		}
		return NeedsBlock[S](like)(s, value)
	}
}

// Text is the setter of a field of text.
func Text[S any](field func(*S) *string) func(*S, any) error {
	return func(s *S, value any) (err error) {
		*field(s), err = ToText(value)
		return err
	}
}

// Texts is the setter of a list of texts; a single one may stand alone. An empty list is nil.
func Texts[S any](field func(*S) *[]string) func(*S, any) error {
	return func(s *S, value any) error {
		list, err := ToTexts(value)
		*field(s) = append([]string(nil), list...)
		return err
	}
}

// Toggle is the setter of what is on or off.
func Toggle[S any](field func(*S) *bool) func(*S, any) error {
	return func(s *S, value any) (err error) {
		*field(s), err = ToBool(value)
		return err
	}
}

// Duration is the setter of a time that something takes.
func Duration[S any](field func(*S) *time.Duration) func(*S, any) error {
	return func(s *S, value any) (err error) {
		*field(s), err = ToDuration(value)
		return err
	}
}

// Number is the setter of a whole number.
func Number[S any, T int | int64](field func(*S) *T) func(*S, any) error {
	return func(s *S, value any) error {
		n, err := ToInt(value)
		if err != nil {
			return err
		}
		if int64(T(n)) != n {
			return fmt.Errorf("%d is out of range", n)
		}
		*field(s) = T(n)
		return nil
	}
}

// Address is the setter of host:port, or of a port alone, which leaves the host as it is.
func Address[S any](fields func(*S) (*string, *int)) func(*S, any) error {
	return func(s *S, value any) error {
		host, port := fields(s)
		both, ok := value.(string)
		if !ok {
			return Number(func(*S) *int { return port })(s, value)
		}
		h, p, err := net.SplitHostPort(both)
		if err != nil {
			return fmt.Errorf("%q is not host:port", both)
		}
		n, err := strconv.Atoi(p)
		if err != nil {
			return fmt.Errorf("%q has no number for a port", both)
		}
		*host, *port = h, n
		return nil
	}
}

// IsOff reports whether a value switches its feature off: what Troupe does not
// have may be left out by name. A block does so by enabled: false, or where all that it says is off.
func IsOff(value any) bool {
	switch v := value.(type) {
	case place:
		return IsOff(v.Value())
	case bool:
		return !v
	case int64:
		return v == 0
	case string:
		return slices.Contains([]string{"", "0", "false", "no", "off", "disable", "disabled"}, strings.ToLower(v))
	case []any:
		return len(v) == 0
	case map[string]any:
		return isOffBlock(v)
	}
	return false
}

func isOffBlock(block map[string]any) bool {
	for key, value := range block {
		if slices.Contains([]string{"enable", "enabled"}, strings.ToLower(key)) {
			return IsOff(value)
		}
	}
	for _, value := range block {
		if !IsOff(value) {
			return false
		}
	}
	return true
}
