package conf

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/decode"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
	"github.com/troupe-mq/troupe/supervisor"
)

// Blocks are the blocks of the file that belong to extensions: extensions { NAME { … } }. Each name has a pointer to a
// structure, which holds what is in force without the block, and which the block is read into.
//
// A key is the name of a field in small letters, with a _ between its words: MaxAge is max_age. A tag `conf:"age"` says
// another name, and `conf:"-"` that there is no key. A field is text, a bool, a number, a time.Duration, a structure, a
// slice or a map of such, or an encoding.TextUnmarshaler. Numbers take units, as everywhere in the file.
//
// A structure with a method Validate() error has the last word, whether there is a block or not.
type Blocks map[string]any

// ErrBlock is the error of a value in Blocks that nothing can be read into: it has to be a pointer to a structure.
var ErrBlock = decode.ErrBlock

// validator is a block that has something to say about itself as a whole.
type validator interface{ Validate() error }

// extensions reads the block that holds those of all extensions.
func (f *file) extensions(values map[string]any, _ lang.FileError) {
	f.Block(values, func(name string, value any, at lang.FileError) error {
		into, known := f.settings.Extensions[name]
		if !known {
			return fmt.Errorf("unknown extension %q: %s", name, f.settings.Extensions.known())
		}
		inner, ok := value.(map[string]any)
		if !ok {
			return fmt.Errorf("extension %q: needs a block: extensions { %s { … } }", name, name)
		}
		before := len(f.Mistakes())
		if err := decode.Block(f.Reader, into, inner); err != nil {
			return fmt.Errorf("extension %q: %w", name, err)
		}
		f.extensionAt[name] = at
		if len(f.Mistakes()) > before {
			f.refused[name] = true // one mistake is enough
		}
		return nil
	})
}

// checkExtensions has each say what is wrong with it as a whole, where its block stands.
func (f *file) checkExtensions() {
	for _, name := range slices.Sorted(maps.Keys(f.settings.Extensions)) {
		at, there := f.extensionAt[name]
		if !there {
			at = f.File()
		}
		if err := f.settings.Extensions.validate(name); err != nil && !f.refused[name] {
			f.Fail(at, err)
		}
	}
}

// validate asks the block of one extension. Its panic is its own.
func (b Blocks) validate(name string) (err error) {
	v, ok := b[name].(validator)
	if !ok {
		return nil
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("extension %q has panicked: %w", name, supervisor.Caught(r))
		}
	}()
	if err := v.Validate(); err != nil {
		return fmt.Errorf("extension %q: %w", name, err)
	}
	return nil
}

// Validate reports what all extensions say about themselves.
func (b Blocks) Validate() error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(b)) {
		errs = append(errs, b.validate(name))
	}
	return errors.Join(errs...)
}

// known says which extensions there are.
func (b Blocks) known() string {
	if len(b) == 0 {
		return "this program has none"
	}
	return "this program has " + strings.Join(slices.Sorted(maps.Keys(b)), ", ")
}
