package lang

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Reader goes through the blocks of one file, and collects what is wrong in it.
type Reader struct {
	path               string
	mistakes, warnings []*FileError
	onlyVariables      bool // what is used as a variable in a block is nothing else
	doubtful           bool // something was
}

// NewReader is for the blocks of a file. A definition in a block that is used as a variable may be
// a setting too, by its name; onlyVariables takes it for none.
func NewReader(path string, onlyVariables bool) *Reader {
	return &Reader{path: path, onlyVariables: onlyVariables}
}

// Doubtful reports whether a variable in a block was taken for a setting too: if there are mistakes, another Reader
// may find none.
func (r *Reader) Doubtful() bool { return r.doubtful }

// Mistakes are all so far, in no order.
func (r *Reader) Mistakes() []*FileError { return r.mistakes }

// Warnings are all so far, in no order.
func (r *Reader) Warnings() []*FileError { return r.warnings }

// Fail notes a mistake where it stands.
func (r *Reader) Fail(at FileError, err error) {
	at.Err = err
	r.mistakes = append(r.mistakes, &at)
}

// Warn notes what is accepted, and worth a word.
func (r *Reader) Warn(at FileError, err error) {
	at.Err = err
	r.warnings = append(r.warnings, &at)
}

// WarnOfUnit tells of a duration without a unit: people mean milliseconds by it as well.
func (r *Reader) WarnOfUnit(key string, value any, at FileError) {
	switch value.(type) {
	case int64, float64:
		r.Warn(at, fmt.Errorf("%q is taken as seconds: write %vs", key, value))
	}
}

// File is the place of what has no line: the file as a whole.
func (r *Reader) File() FileError { return FileError{File: r.path} }

// place is what the parser knows about where a value stands.
type place interface {
	Value() any
	Line() int
	Position() int
	SourceFile() string
	IsUsedVariable() bool
}

// Unwrap separates a value from where it stands, which is at otherwise.
func Unwrap(v any, at FileError) (value any, from FileError) {
	if p, ok := v.(place); ok {
		return p.Value(), where(p)
	}
	return v, at
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

// isVariable reports whether a value is used elsewhere by its name.
func isVariable(value any) bool {
	p, ok := value.(place)
	return ok && p.IsUsedVariable()
}

// List hands on each block of a list, and says where each of them stands. like is what a block looks like, for the
// mistake of one that is none.
func (r *Reader) List(value any, like string, take func(block map[string]any)) (places []FileError, err error) {
	list, ok := value.([]any)
	if !ok {
		return nil, errors.New("needs a list of blocks")
	}
	for _, v := range list {
		v, at := Unwrap(v, r.File())
		block, ok := v.(map[string]any)
		if !ok {
			r.Fail(at, errors.New("needs a block: "+like))
			continue
		}
		places = append(places, first(block, at))
		take(block)
	}
	return places, nil
}

// first is where a block begins: the parser knows that of its keys only.
func first(block map[string]any, at FileError) FileError {
	var places []FileError
	for _, v := range block {
		if _, from := Unwrap(v, FileError{}); from.Line > 0 {
			places = append(places, from)
		}
	}
	if len(places) == 0 {
		return at
	}
	return slices.MinFunc(places, func(a, b FileError) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
