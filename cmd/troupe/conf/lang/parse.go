package lang

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	language "github.com/nats-io/nats-server/v2/conf"
)

// Parse reads a file and whatever it includes. The values are those of its top level, which a [Reader] goes through.
// The digest is the same for files that say the same. The error is of the language, or of a file that cannot be read.
func Parse(path string) (values map[string]any, digest string, err error) {
	if err := checkIncludes(path, nil); err != nil {
		return nil, "", err
	}
	// The parser panics where it believes that it cannot get to. To the user that is a file that cannot be read,
	// like any other.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: cannot be parsed: %v", path, r)
		}
	}()
	values, digest, err = language.ParseFileWithChecksDigest(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) && !strings.Contains(err.Error(), path) {
		err = fmt.Errorf("%s: %w", path, withHint(path, err))
	}
	return values, digest, err
}

var include = regexp.MustCompile(`(?mi)(?:^|[{;,])\s*include\s+(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"';,}]+))`)

// deepest is how far includes may nest, by whatever names they are reached.
const deepest = 32

// checkIncludes finds a file that includes itself, by others too. The parser
// would follow it until the stack is used up, which nothing can recover from.
func checkIncludes(path string, outer []string) error {
	if slices.Contains(outer, path) || len(outer) > deepest {
		return fmt.Errorf("%s: a configuration file cannot include itself", path)
	}
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return err // a pipe can be read only once, and is left to the parser
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for _, m := range include.FindAllSubmatch(data, -1) {
		name := string(slices.Concat(m[1], m[2], m[3]))
		err := checkIncludes(filepath.Join(filepath.Dir(path), name), append(slices.Clip(outer), path))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

var (
	lineOfError = regexp.MustCompile(`on line (\d+)`)
	variable    = regexp.MustCompile(`variable reference for '(\w+)'`)
	barePath    = regexp.MustCompile(`^\s*"?(\w+)"?\s*[:= ]\s*(\.{1,2}/[^\s"',;}]*)`)
)

// withHint adds to an error of the parser where a variable comes from, what is not closed, or that a path wants quotes, if
// there is one without them in the line that it complains of.
func withHint(path string, err error) error {
	if m := variable.FindStringSubmatch(err.Error()); m != nil {
		return fmt.Errorf("%w: %s has to be in the environment, or in the file above: %[2]s: …", err, m[1])
	}
	switch text := err.Error(); {
	case strings.Contains(text, "EOF processing map"):
		return fmt.Errorf("%w: a block has no } behind it", err)
	case strings.Contains(text, "Unexpected EOF."):
		return fmt.Errorf("%w: a quote, a list or a block has no end", err)
	}
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
