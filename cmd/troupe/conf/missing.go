package conf

import (
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// missing are the keys that NATS servers honour and Troupe cannot: a file that
// counts on one must not start a broker that quietly does without. Each entry
// completes "Troupe does not have …". What gets built moves to [keys].
var missing = map[string]string{
	"gateway": "gateways",
}

// idle are keys that tune machinery of another server, or ask for what Troupe
// does anyway. They are accepted with a warning, since a broker without them
// does what the file's author wants.
var idle = map[string]string{
	"connect_error_reports":   "why a server cannot be reached is in the log at once, and not again for as long as it is the same",
	"disable_sublist_cache":   "the cache cannot be switched off",
	"feature_flags":           "they are for what NATS servers try out, and there is nothing of that here",
	"no_fast_producer_stall":  "a publisher is never stalled by one slow subscriber among others",
	"no_sublist_cache":        "the cache cannot be switched off",
	"reconnect_error_reports": "why a server cannot be reached is in the log at once, and not again for as long as it is the same",
}

// timed are the keys of durations that are written with a unit. In other keys a number of seconds is usual.
var timed = lang.Table(map[string]bool{
	"ping_interval write_deadline lame_duck_duration lame_duck_grace_period": true,
})
