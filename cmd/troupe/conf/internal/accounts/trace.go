package accounts

import (
	"fmt"
	"strings"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// trace takes where the traces of an account go: a subject, or a block that says how many in a hundred messages are traced too.
func (f *File) trace(value any) (t access.Trace, err error) {
	t.Sampling = 100
	block, ok := value.(map[string]any)
	if !ok {
		if t.Dest, err = lang.ToText(value); err != nil {
			return t, err
		}
		return t, t.Validate()
	}
	f.Block(block, func(key string, value any, _ lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "dest", "trace_dest":
			t.Dest, err = lang.ToText(value)
		case "sampling":
			t.Sampling, err = toSampling(value)
		default:
			return lang.Unknown(key, "dest sampling")
		}
		return lang.Named(key, err)
	})
	return t, t.Validate()
}

// toSampling takes 25 or "25%".
func toSampling(value any) (int, error) {
	n, err := toPercent(value)
	if err != nil || n < 1 || n > 100 {
		return 0, fmt.Errorf("%v is no share of the messages: 1%% to 100%%", value)
	}
	return n, nil
}
