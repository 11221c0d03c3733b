package accounts

import (
	"fmt"
	"strings"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// latency takes which requests to a service are timed: a subject, or a block.
func (f *File) latency(key string, value any, e *access.Export) error {
	l := &access.Latency{Sampling: 100}
	e.Latency = l
	block, ok := value.(map[string]any)
	if !ok {
		var err error
		l.Subject, err = lang.ToText(value)
		return lang.Named(key, err)
	}
	f.Block(block, func(key string, value any, _ lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "sampling":
			l.Sampling, err = toShare(value)
		case "subject":
			l.Subject, err = lang.ToText(value)
		default:
			return lang.Unknown(key, "sampling subject")
		}
		return lang.Named(key, err)
	})
	if l.Subject == "" {
		return fmt.Errorf("%q: needs a subject", key)
	}
	return nil
}

// toShare takes a number of percent, or headers, which is 0.
func toShare(value any) (int, error) {
	if text, ok := value.(string); ok && strings.EqualFold(strings.TrimSpace(text), "headers") {
		return 0, nil
	}
	n, err := toPercent(value)
	if err != nil || n < 1 || n > 100 {
		return 0, fmt.Errorf("%v is no share of the requests: 1%% to 100%%, or headers", value)
	}
	return n, nil
}
