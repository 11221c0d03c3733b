package lang

import (
	"maps"
	"slices"
	"strings"
)

// This file is how the keys of a block are gone through, and what is a variable among them.
//
// The language has no words for the definition of a variable: it is a key that a $NAME refers to. Its name may be
// that of a setting in other letters (PASS), or stand where all keys are names (an account PERM).

// Block hands each key of a block on. One that is used as a variable is a setting too, if the file can be
// read so.
func (r *Reader) Block(values map[string]any, set SetKey) {
	if r.onlyVariables {
		r.Chosen(values, set)
		return
	}
	r.doubtful = r.doubtful || slices.ContainsFunc(slices.Collect(maps.Values(values)), isVariable)
	r.Each(values, set)
}

// Chosen hands on each key of a block where the keys are names that somebody has chosen. One that is used as a
// variable is nothing else.
func (r *Reader) Chosen(values map[string]any, set SetKey) {
	r.Each(values, func(key string, value any, at FileError) error {
		if isVariable(values[key]) {
			return nil
		}
		return set(key, value, at)
	})
}

// Each hands each key on, variables first: what is a setting by intention has the last word. One that is used as a
// variable may be no value for the setting of its name. A value out of the environment has no place in the
// file, nor has what is inside of it.
func (r *Reader) Each(values map[string]any, set SetKey) {
	keys := slices.SortedFunc(maps.Keys(values), func(a, b string) int {
		switch first, second := isVariable(values[a]), isVariable(values[b]); {
		case first && !second:
			return -1
		case second && !first:
			return 1
		default:
			return strings.Compare(a, b)
		}
	})
	for _, key := range keys {
		v, at := Unwrap(values[key], r.File())
		mistakes := len(r.mistakes)
		err := set(key, v, at)
		switch {
		case isVariable(values[key]):
			r.mistakes = r.mistakes[:mistakes]
		case err != nil:
			r.Fail(at, err)
		}
	}
}
