// Command troupe-otlp is the broker, which also sends spans of messages to an OpenTelemetry collector. It is a module of its
// own, so that the broker does not link OpenTelemetry. It takes what troupe takes, and in the configuration file
//
//	extensions {
//	  otlp { endpoint: "http://127.0.0.1:4318", service: "orders-broker" }
//	}
//
// Without the block, the environment says where the collector is: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS
// and their like.
package main

import (
	"github.com/troupe-mq/troupe/cmd/otlp/spans"
	"github.com/troupe-mq/troupe/cmd/troupe/troupecmd"
)

func main() {
	troupecmd.Command{Extensions: []troupecmd.Extension{spans.Extension()}}.Main()
}
