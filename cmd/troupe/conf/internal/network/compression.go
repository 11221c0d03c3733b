package network

import (
	"strings"
	"time"

	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// This file is how what goes between servers is compressed.

// leafCompression is that of links to hubs and leaf nodes, where it is only said that there is to be some.
const leafCompression = "s2_auto"

// setCompression takes a mode, or whether there is to be one: usual is it then.
func setCompression(mode *string, value any, usual string) (err error) {
	if on, ok := value.(bool); ok {
		value = map[bool]string{true: usual, false: "off"}[on]
	}
	*mode, err = lang.ToText(value)
	if s := strings.ToLower(*mode); s == "on" || s == "true" || s == "enabled" {
		*mode = usual
	}
	return err
}

// compressionBlock reads a block of it.
func compressionBlock(r *lang.Reader, block map[string]any, mode *string, thresholds *[]time.Duration, usual string) {
	r.Block(block, func(key string, value any, _ lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "mode":
			err = setCompression(mode, value, usual)
		case "rtt_thresholds", "thresholds", "rtts", "rtt":
			*thresholds, err = durations(value)
		default:
			return lang.Unknown(key, "mode rtt_thresholds")
		}
		return lang.Named(key, err)
	})
}

func durations(value any) (all []time.Duration, err error) {
	texts, err := lang.ToTexts(value)
	for _, text := range texts {
		d, err := time.ParseDuration(text)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, err
}
