package accounts

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// This file is the mappings block, of the whole file or of an account.

// Mappings takes the block, in which each key is a subject.
func (f *File) Mappings(key string, value any) (all []access.Mapping, err error) {
	block, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%q: needs a block: { SUBJECT: OTHER }", key)
	}
	f.Chosen(block, func(source string, value any, _ lang.FileError) error {
		m := access.Mapping{Source: source}
		if m.Destinations, err = f.destinations(value); err != nil {
			return lang.Named(source, err)
		}
		if _, err := m.Choices(""); err != nil {
			return err
		}
		all = append(all, m)
		return nil
	})
	slices.SortFunc(all, func(a, b access.Mapping) int { return cmp.Compare(a.Source, b.Source) })
	return all, nil
}

// destinations takes what a subject is mapped to: a subject, one that only a part of
// the messages gets, or a list of these.
func (f *File) destinations(value any) (all []access.Destination, err error) {
	switch v := value.(type) {
	case string:
		return []access.Destination{{Subject: v, Weight: 100}}, nil
	case map[string]any:
		d, err := f.destination(v)
		return []access.Destination{d}, err
	case []any:
		for _, one := range v {
			one, _ := lang.Unwrap(one, lang.FileError{})
			block, ok := one.(map[string]any)
			if !ok {
				return nil, errDestination
			}
			d, err := f.destination(block)
			if err != nil {
				return nil, err
			}
			all = append(all, d)
		}
		return all, nil
	default:
		return nil, errDestination
	}
}

var errDestination = errors.New("needs a subject, or a list of { destination: …, weight: … }")

// destination takes the keys of one destination.
func (f *File) destination(block map[string]any) (d access.Destination, err error) {
	weighed, mistakes := false, len(f.Mistakes())
	f.Block(block, func(key string, value any, _ lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "destination", "dest":
			d.Subject, err = lang.ToText(value)
		case "weight":
			d.Weight, err = toPercent(value)
			weighed = true
		case "cluster":
			d.Cluster, err = lang.ToText(value)
		default:
			return lang.Unknown(key, "destination weight cluster")
		}
		return lang.Named(key, err)
	})
	if len(f.Mistakes()) == mistakes && (d.Subject == "" || !weighed) {
		err = errDestination
	}
	return d, err
}

// toPercent takes a number that may have a % behind it.
func toPercent(value any) (int, error) {
	if text, ok := value.(string); ok {
		value = strings.TrimSuffix(text, "%")
	}
	n, err := lang.ToInt(value)
	if err != nil {
		return 0, err
	}
	return int(min(max(n, math.MinInt32), math.MaxInt32)), nil
}
