package conf

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/troupe-mq/troupe/cmd/troupe/nearest"
)

// This file is what would be right, behind what is wrong.

// hinted are mistakes, those about unknown keys with the nearest key that there is.
func hinted(mistakes []*FileError) []*FileError {
	for _, m := range mistakes {
		if !errors.Is(m.Err, ErrUnknown) {
			continue
		}
		_, quoted, _ := strings.Cut(m.Err.Error(), ErrUnknown.Error()+" ")
		key, err := strconv.Unquote(quoted)
		if err != nil {
			continue
		}
		if near := nearest.Of(key, known()); near != "" && near != strings.ToLower(key) {
			m.Err = fmt.Errorf("%w, did you mean %s?", m.Err, near)
		}
	}
	return mistakes
}

// known are the keys of all blocks.
func known() []string {
	all := slices.Collect(maps.Keys(keys))
	for _, of := range []map[string]setter{authorization} {
		all = slices.AppendSeq(all, maps.Keys(of))
	}
	return all
}

var (
	lineOfError = regexp.MustCompile(`on line (\d+)`)
	barePath    = regexp.MustCompile(`^\s*"?(\w+)"?\s*[:= ]\s*(\.{1,2}/[^\s"',;}]*)`)
)

// withQuotes adds to an error of the parser that a path wants quotes, if there is one
// without them in the line that it complains of.
func withQuotes(path string, err error) error {
	m := lineOfError.FindStringSubmatch(err.Error())
	if m == nil {
		return err
	}
	text, failed := os.ReadFile(path)
	number, _ := strconv.Atoi(m[1]) // it is digits
	lines := strings.Split(string(text), "\n")
	for _, n := range []int{number - 1, number - 2} { // the parser may be a line further
		if failed == nil && n >= 0 && n < len(lines) {
			if p := barePath.FindStringSubmatch(lines[n]); p != nil {
				return fmt.Errorf("%w: a path that begins with a dot wants quotes: %s: %q", err, p[1], p[2])
			}
		}
	}
	return err
}
