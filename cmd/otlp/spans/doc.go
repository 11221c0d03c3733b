// Package spans tells an OpenTelemetry collector where messages went, by OTLP over HTTP.
//
// It owns an actor of the broker, otlp, that is told of each message whose header traceparent says that it is part of a
// trace which is recorded. The broker's part of that trace is a span, "route", of the span that the publisher was in. Under
// it are spans of what the time was spent for: "parse", "match" by the partitions, and a "deliver" for each receiver, with
// the moment at which the receiver had taken the message up. Mappings, imports and exports are events of the route.
//
// It promises that no message waits for it: of a flood as many traces are kept as there is room for, the others are
// counted, and a collector that is away costs a line in the log. It must not change a message: its receivers are
// in the span of the publisher, not in one of the broker's.
package spans
