package conf

import (
	"errors"
	"fmt"
	"strings"

	"github.com/troupe-mq/troupe/actors/access"
)

// This file is the jetstream blocks, of the server and of accounts, and the engine block.

// setJetStream takes a value that is no block. A flag comes here, too.
func setJetStream(s *Settings, value any) (err error) {
	s.JetStream, err = toEnabled(value)
	return err
}

// toEnabled takes what switches something on, which may be said in words.
func toEnabled(value any) (bool, error) {
	if text, ok := value.(string); ok {
		switch strings.ToLower(text) {
		case "enabled", "enable":
			return true, nil
		case "disabled", "disable":
			return false, nil
		}
	}
	on, err := toBool(value)
	if err != nil {
		return false, errors.New("needs enabled, disabled or a block")
	}
	return on, nil
}

// jetStream reads the block of the server. Most of it is for the engine.
func (f *file) jetStream(values map[string]any) {
	f.settings.JetStream = true
	e := &f.settings.Engine
	if e.Settings == nil {
		e.Settings = make(map[string]any)
	}
	f.block(values, func(key string, value any, _ FileError) (err error) {
		switch lower := strings.ToLower(key); lower {
		case "enabled", "enable":
			f.settings.JetStream, err = toEnabled(value)
		case "store_dir", "storedir", "store":
			e.StoreDir, err = toText(value)
		case "domain":
			e.Domain, err = toText(value)
		default:
			e.Settings[lower], err = f.handOn(lower, value, engineKeys)
			return err
		}
		return named(key, err)
	})
}

// engineKeys are the keys of the engine's jetstream block that are handed on, and what their values may be.
var engineKeys = index(map[string]handedOn{
	"max_memory_store max_mem_store max_mem":                      {number: true},
	"max_file_store max_file":                                     {number: true},
	"sync_interval sync":                                          {text: true, number: true},
	"key ek encryption_key":                                       {text: true},
	"prev_key prev_ek prev_encryption_key":                        {text: true},
	"cipher unique_tag extension_hint":                            {text: true},
	"strict":                                                      {toggle: true},
	"max_outstanding_catchup max_buffered_size max_buffered_msgs": {number: true},
	"request_queue_limit info_queue_limit max_concurrent_io":      {number: true},
	"limits": {inner: index(map[string]handedOn{
		"max_ack_pending max_ha_assets max_request_batch default_max_consumers": {number: true},
		"duplicate_window": {text: true, number: true},
		"batch": {inner: index(map[string]handedOn{
			"max_inflight_per_stream max_inflight_total max_msgs": {number: true},
			"timeout": {text: true, number: true},
		})},
	})},
})

// handedOn is what a value may be that another program is to read.
type handedOn struct {
	text, number, toggle bool
	inner                map[string]handedOn // it is a block with these keys
}

// handOn is a value without its place, as another program is to read it.
func (f *file) handOn(key string, value any, known map[string]handedOn) (any, error) {
	may, ok := known[key]
	if !ok {
		return nil, fmt.Errorf("%w %q", ErrUnknown, key)
	}
	out, err := f.unplaced(value, &may)
	return out, named(key, err)
}

// unplaced is a value of which one knows what it may be.
func (f *file) unplaced(value any, may *handedOn) (any, error) {
	if may.inner != nil {
		block, ok := value.(map[string]any)
		if !ok {
			return nil, errors.New("needs a block")
		}
		out := make(map[string]any)
		f.block(block, func(key string, value any, _ FileError) (err error) {
			lower := strings.ToLower(key)
			out[lower], err = f.handOn(lower, value, may.inner)
			return err
		})
		return out, nil
	}
	if may.toggle {
		return toBool(value)
	}
	if text, is := value.(string); is && may.text {
		return text, nil // it may be a duration, of which 5m is one
	}
	if may.number {
		return toInt(value)
	}
	return toText(value)
}

// setEngine takes the path of the engine alone.
func setEngine(s *Settings, value any) (err error) {
	s.Engine.Path, err = toText(value)
	return err
}

// engine reads the engine block.
func (f *file) engine(values map[string]any) {
	f.block(values, func(key string, value any, _ FileError) (err error) {
		switch strings.ToLower(key) {
		case "path":
			err = setEngine(f.settings, value)
		case "patience":
			f.settings.Engine.Patience, err = toDuration(value)
		default:
			return fmt.Errorf("%w %q", ErrUnknown, key)
		}
		return named(key, err)
	})
}

// storage is what an account may store, nil for nothing.
func (f *file) storage(value any) (*access.Storage, error) {
	block, ok := value.(map[string]any)
	if !ok {
		on, err := toEnabled(value)
		if err != nil || !on {
			return nil, err
		}
		return access.Unlimited(), nil
	}
	s, on := access.Unlimited(), true
	f.block(block, func(key string, value any, _ FileError) (err error) {
		limit, known := storageLimits(s)[strings.ToLower(key)]
		switch {
		case known:
			*limit, err = toInt(value)
		case strings.EqualFold(key, "enabled"), strings.EqualFold(key, "enable"):
			on, err = toEnabled(value)
		case strings.EqualFold(key, "max_bytes_required"), strings.EqualFold(key, "max_stream_bytes"), strings.EqualFold(key, "max_bytes"):
			s.MaxBytesRequired, err = toBool(value)
		case strings.EqualFold(key, "cluster_traffic"):
			return &MissingError{Key: key, Feature: clusters}
		default:
			return fmt.Errorf("%w %q", ErrUnknown, key)
		}
		return named(key, err)
	})
	if !on {
		return nil, nil
	}
	return s, nil
}

// storageLimits are the limits of an account by their names, of which there are many.
func storageLimits(s *access.Storage) map[string]*int64 {
	return index(map[string]*int64{
		"max_memory max_mem mem memory":                &s.MaxMemory,
		"max_store max_file max_disk store disk":       &s.MaxFile,
		"max_streams streams":                          &s.MaxStreams,
		"max_consumers consumers":                      &s.MaxConsumers,
		"max_ack_pending":                              &s.MaxAckPending,
		"mem_max_stream_bytes memory_max_stream_bytes": &s.MemoryMaxStreamBytes,
		"disk_max_stream_bytes store_max_stream_bytes": &s.FileMaxStreamBytes,
	})
}
