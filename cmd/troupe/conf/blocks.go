package conf

import (
	"maps"
	"slices"
	"strings"
)

// This file is how the keys of a block are gone through, and what is a variable among them.
//
// The language has no words for the definition of a variable: it is a key that a $NAME refers to. Its name may be
// that of a setting in other letters (PASS), or stand where all keys are names (an account PERM).

// block hands each key of a block on. One that is used as a variable is a setting too, if the file can be
// carried over so.
func (f *file) block(values map[string]any, set setKeyOf) {
	if f.onlyVariables {
		f.chosen(values, set)
		return
	}
	f.doubtful = f.doubtful || slices.ContainsFunc(slices.Collect(maps.Values(values)), f.isVariable)
	f.each(values, set)
}

// setKeyOf sets a key of some block.
type setKeyOf func(key string, value any, at FileError) error

// chosen hands on each key of a block where the keys are names that somebody has chosen. One that is used as a
// variable is nothing else.
func (f *file) chosen(values map[string]any, set setKeyOf) {
	f.each(values, func(key string, value any, at FileError) error {
		if f.isVariable(values[key]) {
			return nil
		}
		return set(key, value, at)
	})
}

// each hands each key on, variables first: what is a setting by intention has the last word. One that is used as a
// variable may be no value for the setting of its name. A value out of the environment has no place in the
// file, nor has what is inside of it.
func (f *file) each(values map[string]any, set setKeyOf) {
	keys := slices.SortedFunc(maps.Keys(values), func(a, b string) int {
		switch first, second := f.isVariable(values[a]), f.isVariable(values[b]); {
		case first && !second:
			return -1
		case second && !first:
			return 1
		default:
			return strings.Compare(a, b)
		}
	})
	for _, key := range keys {
		v, at, used := f.unwrap(values[key], FileError{File: f.path})
		mistakes := len(f.errs)
		err := set(key, v, at)
		switch {
		case used:
			f.errs = f.errs[:mistakes]
		case err != nil:
			f.fail(at, err)
		}
	}
}

// isVariable reports whether a value is used elsewhere by its name.
func (f *file) isVariable(value any) bool {
	_, _, used := f.unwrap(value, FileError{})
	return used
}
