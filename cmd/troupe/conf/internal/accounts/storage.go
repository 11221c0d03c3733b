package accounts

import (
	"fmt"
	"strings"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// storage is what an account may store, nil for nothing.
func storage(r *lang.Reader, value any) (*access.Storage, error) {
	block, ok := value.(map[string]any)
	if !ok {
		on, err := lang.ToEnabled(value)
		if err != nil || !on {
			return nil, err
		}
		return access.Unlimited(), nil
	}
	s, on := access.Unlimited(), true
	r.Block(block, func(key string, value any, at lang.FileError) (err error) {
		limit, known := storageLimits(s)[strings.ToLower(key)]
		switch {
		case known:
			*limit, err = lang.ToInt(value)
		case strings.EqualFold(key, "enabled"), strings.EqualFold(key, "enable"):
			on, err = lang.ToEnabled(value)
		case strings.EqualFold(key, "max_bytes_required"), strings.EqualFold(key, "max_stream_bytes"), strings.EqualFold(key, "max_bytes"):
			s.MaxBytesRequired, err = lang.ToBool(value)
		case strings.EqualFold(key, "cluster_traffic"):
			r.Warn(at, fmt.Errorf("%q has no effect: streams are on one server, and have no traffic between several", key))
			return nil
		default:
			return lang.Unknown(key, "enabled max_bytes_required "+lang.Keys(storageLimits(s)))
		}
		return lang.Named(key, err)
	})
	if !on {
		return nil, nil
	}
	return s, nil
}

// storageLimits are the limits of an account by their names, of which there are many.
func storageLimits(s *access.Storage) map[string]*int64 {
	return lang.Table(map[string]*int64{
		"max_memory max_mem mem memory":                &s.MaxMemory,
		"max_store max_file max_disk store disk":       &s.MaxFile,
		"max_streams streams":                          &s.MaxStreams,
		"max_consumers consumers":                      &s.MaxConsumers,
		"max_ack_pending":                              &s.MaxAckPending,
		"mem_max_stream_bytes memory_max_stream_bytes": &s.MemoryMaxStreamBytes,
		"disk_max_stream_bytes store_max_stream_bytes": &s.FileMaxStreamBytes,
	})
}
