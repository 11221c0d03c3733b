package conf

// missing are the keys that NATS servers honour and Troupe cannot: a file that
// counts on one must not start a broker that quietly does without. Each entry
// completes "Troupe does not have …". What gets built moves to [keys].
var missing = map[string]string{
	"ocsp":       ocsp,
	"ocsp_cache": ocsp,
	"cluster":    clusters, // but for its name: see SetCluster

	"proxies": "trusted proxies",

	"gateway":           "gateways",
	"default_js_domain": "a default domain: clients find JetStream without one",
}

const (
	clusters = "clusters yet"
	ocsp     = "OCSP"
	tracing  = "traces of a message's way"
)

// missingAuthorization are those of the authorization block.
var missingAuthorization = map[string]string{
	"auth_hook":      "an authorization callout",
	"proxy_required": "trusted proxies",
}

// idle are keys that tune machinery of another server, or ask for what Troupe
// does anyway. They are accepted with a warning, since a broker without them
// does what the file's author wants.
var idle = map[string]string{
	"connect_error_reports":   "there are no connections to other servers",
	"disable_sublist_cache":   "the cache cannot be switched off",
	"feature_flags":           "there are none",
	"no_fast_producer_stall":  "a publisher is never stalled by one slow subscriber among others",
	"no_sublist_cache":        "the cache cannot be switched off",
	"reconnect_error_reports": "there are no connections to other servers",
	"trace_headers":           "headers are traced with their message",
	"write_timeout":           "a connection that takes nothing is closed",
}
