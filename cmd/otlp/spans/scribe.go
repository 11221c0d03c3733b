package spans

import (
	"context"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.37.0"
	api "go.opentelemetry.io/otel/trace"

	"github.com/troupe-mq/troupe/actors/report"
)

// mostDeliveries are told of one message; a span for each of ten thousand receivers helps nobody.
const mostDeliveries = 128

// scribe makes spans of traces.
type scribe struct{ tracer api.Tracer }

func newScribe(p *trace.TracerProvider) scribe {
	return scribe{p.Tracer("github.com/troupe-mq/troupe/cmd/otlp/spans")}
}

// write makes the spans of one message. missed is how many messages before it were not told of.
func (s scribe) write(t *report.Trace, missed int64) {
	in := &t.Steps[0]
	ctx := propagation.TraceContext{}.Extract(context.Background(), carrier(t.Header))
	ctx, route := s.tracer.Start(ctx, "route", api.WithTimestamp(in.Time), api.WithSpanKind(api.SpanKindServer), api.WithAttributes(
		semconv.MessagingSystemKey.String("nats"),
		semconv.MessagingDestinationName(in.Subject),
		semconv.MessagingMessageBodySize(t.Size),
		attribute.String("nats.account", t.Account),
		attribute.Int64("nats.publisher.cid", int64(in.CID)),
		attribute.String("nats.publisher.name", in.Name),
	))
	parsed := in.Time.Add(t.Parsing)
	matched := parsed.Add(t.Partition)
	s.part(ctx, "parse", in.Time, parsed)
	s.part(ctx, "match", parsed, matched)
	end, deliveries := matched, 0
	for i := 1; i < len(t.Steps); i++ {
		step := &t.Steps[i]
		switch step.Kind {
		case report.TraceOut:
			if deliveries++; deliveries <= mostDeliveries {
				s.deliver(ctx, step)
			}
			if at := ended(step); at.After(end) {
				end = at
			}
		default:
			route.AddEvent(names[step.Kind], api.WithTimestamp(step.Time), api.WithAttributes(told(
				"nats.account", step.Account, "nats.from", step.From, "nats.to", step.To)...))
		}
	}
	if left := t.LeftOut + max(0, deliveries-mostDeliveries); left > 0 {
		route.SetAttributes(attribute.Int("nats.left_out", left))
	}
	if missed > 0 {
		route.SetAttributes(attribute.Int64("nats.missed", missed))
	}
	if in.Error != "" {
		route.SetStatus(codes.Error, in.Error)
	}
	route.End(api.WithTimestamp(end))
}

// names are what happens to a message but that it is delivered.
var names = map[report.TraceKind]string{
	report.TraceMapping: "mapping", report.TraceImport: "import", report.TraceExport: "export",
}

// part is one thing that takes time.
func (s scribe) part(ctx context.Context, name string, from, to time.Time) {
	_, span := s.tracer.Start(ctx, name, api.WithTimestamp(from))
	span.End(api.WithTimestamp(to))
}

// deliver is the way to one receiver.
func (s scribe) deliver(ctx context.Context, step *report.TraceStep) {
	_, span := s.tracer.Start(ctx, "deliver", api.WithTimestamp(step.Time), api.WithAttributes(told(
		"nats.account", step.Account, "nats.subscription", step.Subscription, "nats.queue", step.Queue,
		"nats.link", step.Link, "nats.receiver.name", step.Name, "nats.waits", string(step.Waits))...),
		api.WithAttributes(attribute.Int64("nats.receiver.cid", int64(step.CID))))
	if step.Waits != report.WaitsInMailbox && step.Error == "" {
		span.AddEvent("taken up", api.WithTimestamp(step.Time.Add(step.Mailbox)))
	}
	if step.Error != "" {
		span.SetStatus(codes.Error, step.Error)
	}
	span.End(api.WithTimestamp(ended(step)))
}

// ended is when a receiver had the message, or when it was given up to wait for that.
func ended(step *report.TraceStep) time.Time { return step.Time.Add(step.Mailbox + step.Socket) }

// told are attributes of what is not empty, in pairs of a key and a value.
func told(pairs ...string) (all []attribute.KeyValue) {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			all = append(all, attribute.String(pairs[i], pairs[i+1]))
		}
	}
	return all
}

// carrier finds headers whatever their case.
type carrier map[string][]string

// Get is the first value of a header.
func (c carrier) Get(key string) string {
	for k, values := range c {
		if strings.EqualFold(k, key) && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

// Set is not used: what is read is not written.
func (carrier) Set(string, string) {}

// Keys are the headers.
func (c carrier) Keys() (all []string) {
	for k := range c {
		all = append(all, k)
	}
	return all
}
