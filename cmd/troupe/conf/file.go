package conf

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	language "github.com/nats-io/nats-server/v2/conf"
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

// File is what is to be known about a configuration file beside what it sets.
type File struct {
	Warnings []error // about keys that have no effect
	Digest   string  // of what it says, with whatever it includes: the same for the same
}

// ReadFile sets everything that a configuration file says, and reports all that
// is wrong in it at once.
func (s *Settings) ReadFile(path string) (File, error) {
	if err := checkIncludes(path, nil); err != nil {
		return File{}, err
	}
	values, digest, err := parse(path)
	if err != nil {
		return File{}, err
	}
	before := *s
	f := carryOver(path, values, s, false)
	if len(f.errs) > 0 && f.doubtful {
		*s = before
		f = carryOver(path, values, s, true)
	}
	f.warnOfPlain()
	return File{Warnings: inOrder(f.warnings), Digest: digest}, errors.Join(inOrder(hinted(f.errs))...)
}

// carryOver sets all that a file says. A definition in a block that is used as a variable may be
// a setting too, by its name; onlyVariables takes it for none.
func carryOver(path string, values map[string]any, s *Settings, onlyVariables bool) *file {
	f := &file{
		path: path, settings: s, onlyVariables: onlyVariables,
		extensionAt: make(map[string]FileError), refused: make(map[string]bool),
	}
	f.each(values, f.topLevel)
	f.checkTogether()
	f.checkAccounts()
	f.checkNoAuthUser()
	f.checkOperators()
	f.checkExtensions()
	f.checkCallout()
	f.found()
	return f
}

// parse runs the language's parser. It panics where it believes that it cannot
// get to; to the user that is a file that cannot be read, like any other.
func parse(path string) (values map[string]any, digest string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: cannot be parsed: %v", path, r)
		}
	}()
	values, digest, err = language.ParseFileWithChecksDigest(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) && !strings.Contains(err.Error(), path) {
		err = fmt.Errorf("%s: %w", path, withQuotes(path, err))
	}
	return values, digest, err
}

// file is a configuration file that is being carried over into settings.
type file struct {
	path           string
	settings       *Settings
	errs, warnings []*FileError
	known          map[string]bool // the users so far
	plain          []*FileError    // where passwords stand in plain text
	onlyVariables  bool            // what is used as a variable in a block is nothing else
	doubtful       bool            // something was
	places         map[string]*accountPlaces

	// Where they stand.
	authorizationBlock, noAuthUser, systemAccount FileError
	calloutBlock                                  FileError
	operatorKey, resolver, preload                FileError // without a file where there is none
	extensionAt                                   map[string]FileError

	refused map[string]bool // extensions with a mistake in their blocks
}

// place is what the parser knows about where a value stands.
type place interface {
	Value() any
	Line() int
	Position() int
	SourceFile() string
	IsUsedVariable() bool
}

// unwrap separates a value from where it stands, which is at otherwise.
func (f *file) unwrap(v any, at FileError) (value any, from FileError, used bool) {
	if p, ok := v.(place); ok {
		return p.Value(), where(p), p.IsUsedVariable()
	}
	return v, at, false
}

// where is a place with columns from 1. The parser counts from the line feed in
// front of a line, which the first line has not got.
func where(p place) FileError {
	column := p.Position()
	if p.Line() == 1 {
		column++
	}
	return FileError{File: p.SourceFile(), Line: p.Line(), Column: max(column, 1)}
}

func (f *file) topLevel(key string, value any, at FileError) error {
	lower := strings.ToLower(key)
	if why, ok := idle[lower]; ok {
		f.warn(at, fmt.Errorf("%q has no effect: %s", key, why))
		return nil
	}
	if timed[lower] {
		f.warnOfUnit(key, value, at)
	}
	switch lower {
	case "no_auth_user":
		f.noAuthUser = at
	case "system_account", "system":
		f.systemAccount = at
	}
	inner, isBlock := value.(map[string]any)
	list, isList := value.([]any)
	switch {
	case isList && lower == "accounts":
		f.accountNames(list)
	case isBlock && lower == "authorization":
		f.block(inner, f.authorization)
		f.authorizationBlock = at
	case isBlock && lower == "accounts":
		f.accounts(inner)
	case isBlock && lower == "audit":
		f.audit(inner)
	case isBlock && lower == "extensions":
		f.extensions(inner)
	case isBlock && lower == "tls":
		f.tls(inner, f.settings.tls())
	case isBlock && lower == "cluster":
		f.block(inner, func(key string, value any, _ FileError) error { return f.settings.SetCluster(key, value) })
	case isBlock && (lower == "leafnodes" || lower == "leaf"):
		f.leafNodes(inner)
	case isBlock && (lower == "websocket" || lower == "ws"):
		f.webSocket(inner)
	case isBlock && lower == "jetstream":
		f.jetStream(inner)
	case isBlock && lower == "engine":
		f.engine(inner)
	case isBlock && lower == "mqtt":
		f.mqtt(inner)
	case lower == "mappings", lower == "maps":
		mappings, err := f.mappings(key, value)
		f.settings.Broker.Mappings = append(f.settings.Broker.Mappings, mappings...)
		return err
	case f.isSigned(lower):
		return f.signed(key, value, at)
	case lower == "server_tags":
		return f.tags(key, value)
	case isBlock && lower == "server_metadata":
		f.chosen(inner, f.metadata)
	default:
		return f.settings.Set(key, value)
	}
	return nil
}

// tags takes what the server is called; case means nothing in a tag.
func (f *file) tags(key string, value any) error {
	list, err := f.texts(value)
	for _, tag := range list {
		if tag = strings.ToLower(strings.TrimSpace(tag)); !slices.Contains(f.settings.Broker.Tags, tag) {
			f.settings.Broker.Tags = append(f.settings.Broker.Tags, tag)
		}
	}
	return named(key, err)
}

// metadata takes one of the names that the operator has for something.
func (f *file) metadata(key string, value any, _ FileError) error {
	text, err := toText(value)
	b := &f.settings.Broker
	if b.Metadata == nil {
		b.Metadata = make(map[string]string)
	}
	b.Metadata[key] = text
	return named(key, err)
}

// inOrder sorts mistakes by where they stand: the blocks are maps.
func inOrder(mistakes []*FileError) []error {
	slices.SortFunc(mistakes, func(a, b *FileError) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	errs := make([]error, len(mistakes))
	for i, m := range mistakes {
		errs[i] = m
	}
	return errs
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
