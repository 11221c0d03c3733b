package storage

import (
	"errors"
	"strings"

	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// This file is values that another program is to read.

// handedOn is what a value may be that another program is to read.
type handedOn struct {
	text, number, toggle bool
	inner                map[string]handedOn // it is a block with these keys
}

// handOn is a value without its place, as another program is to read it. more are keys that the caller takes itself.
func handOn(r *lang.Reader, key string, value any, known map[string]handedOn, more ...string) (any, error) {
	may, ok := known[key]
	if !ok {
		return nil, lang.Unknown(key, lang.Keys(known)+" "+strings.Join(more, " "))
	}
	out, err := unplaced(r, value, &may)
	return out, lang.Named(key, err)
}

// unplaced is a value of which one knows what it may be.
func unplaced(r *lang.Reader, value any, may *handedOn) (any, error) {
	if may.inner != nil {
		block, ok := value.(map[string]any)
		if !ok {
			return nil, errors.New("needs a block")
		}
		out := make(map[string]any)
		r.Block(block, func(key string, value any, _ lang.FileError) (err error) {
			lower := strings.ToLower(key)
			out[lower], err = handOn(r, lower, value, may.inner)
			return err
		})
		return out, nil
	}
	if may.toggle {
		return lang.ToBool(value)
	}
	if text, is := value.(string); is && may.text {
		return text, nil // it may be a duration, of which 5m is one
	}
	if n, is := value.(int64); is && may.text && may.number { // a duration: what is wrong with one is said here
		_, err := lang.ToDuration(n)
		return n, err
	}
	if may.number {
		return lang.ToInt(value)
	}
	return lang.ToText(value)
}
