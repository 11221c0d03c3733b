package storage

import (
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/engine"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// This file is the jetstream block of the server, and the engine block.

// JetStream reads the block of the server, most of which is for the engine. A block that does not say otherwise
// switches it on.
func JetStream(r *lang.Reader, values map[string]any, e *engine.Config) (on bool) {
	on = true
	if e.Settings == nil {
		e.Settings = make(map[string]any)
	}
	r.Block(values, func(key string, value any, _ lang.FileError) (err error) {
		switch lower := strings.ToLower(key); lower {
		case "enabled", "enable":
			on, err = lang.ToEnabled(value)
		case "store_dir", "storedir", "store":
			e.StoreDir, err = lang.ToText(value)
		case "tpm":
			return &lang.MissingError{Key: key, Feature: "keys that are kept in a TPM"}
		case "domain":
			e.Domain, err = lang.ToText(value)
		default:
			e.Settings[lower], err = handOn(r, lower, value, engineKeys, "enabled store_dir domain")
			return err
		}
		return lang.Named(key, err)
	})
	return on
}

// engineKeys are the keys of the engine's jetstream block that are handed on, and what their values may be.
var engineKeys = lang.Table(map[string]handedOn{
	"max_memory_store max_mem_store max_mem":                      {number: true},
	"max_file_store max_file":                                     {number: true},
	"sync_interval sync":                                          {text: true, number: true},
	"key ek encryption_key":                                       {text: true},
	"prev_key prev_ek prev_encryption_key":                        {text: true},
	"cipher unique_tag extension_hint":                            {text: true},
	"strict":                                                      {toggle: true},
	"max_outstanding_catchup max_buffered_size max_buffered_msgs": {number: true},
	"request_queue_limit info_queue_limit max_concurrent_io":      {number: true},
	"meta_compact meta_compact_size":                              {number: true},
	"meta_compact_sync":                                           {toggle: true},
	"limits": {inner: lang.Table(map[string]handedOn{
		"max_ack_pending max_ha_assets max_request_batch default_max_consumers": {number: true},
		"duplicate_window": {text: true, number: true},
		"batch": {inner: lang.Table(map[string]handedOn{
			"max_inflight_per_stream max_inflight_total max_msgs": {number: true},
			"timeout": {text: true, number: true},
		})},
	})},
})

// engineBlock are the keys of the engine block.
var engineBlock = lang.Table(map[string]func(*engine.Config, any) error{
	"path":     SetPath,
	"patience": lang.Duration(func(e *engine.Config) *time.Duration { return &e.Patience }),
})

// Engine reads the engine block.
func Engine(r *lang.Reader, values map[string]any, e *engine.Config) {
	r.Block(values, lang.By(e, engineBlock, nil))
}

// SetPath takes the path of the engine alone.
func SetPath(e *engine.Config, value any) (err error) {
	e.Path, err = lang.ToText(value)
	return err
}
