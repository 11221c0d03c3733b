package accounts

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// This file is passwords in plain text.

// secret takes a password or a token, which a file had better not have in plain text.
func (f *File) secret(into *string, value any, at lang.FileError) (err error) {
	if *into, err = lang.ToText(value); err == nil {
		if err = access.CheckSecret(*into); err != nil {
			*into = "" // one mistake is enough
		}
	}
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

// WarnOfPlain tells of the first of them, for all.
func (f *File) WarnOfPlain() {
	if len(f.plain) == 0 {
		return
	}
	lang.InOrder(f.plain)
	err := errPlain
	if more := len(f.plain) - 1; more > 0 {
		err = fmt.Errorf("%w (%d more of the kind)", err, more)
	}
	f.Warn(*f.plain[0], err)
}
