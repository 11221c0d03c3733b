package spans

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.37.0"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/cmd/troupe/troupecmd"
	"github.com/troupe-mq/troupe/supervisor"
)

// Config is where spans go.
type Config struct {
	// Endpoint is the collector's URL: http:// or https://, without the path /v1/traces. Empty: what the environment
	// says, and http://localhost:4318 if it says nothing.
	Endpoint string
	// Headers are sent with each request; a token, say.
	Headers map[string]string
	// Service is the name of the broker to the collector, service.name. Empty: what the environment says, and the
	// broker's name if it says nothing.
	Service string
}

// Validate reports an Endpoint that is no URL of HTTP.
func (c *Config) Validate() error {
	if c.Endpoint == "" {
		return nil
	}
	u, err := url.Parse(c.Endpoint)
	if err != nil {
		return err
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("%q is no URL of a collector, such as http://127.0.0.1:4318", c.Endpoint)
	}
	return nil
}

// Extension reads a Config from the block otlp.
func Extension() troupecmd.Extension {
	return troupecmd.Block[Config]{Name: "otlp", Options: func(c Config) ([]actors.Option, error) {
		return []actors.Option{WithSpans(c)}, nil
	}}
}

// WithSpans has a broker tell of messages from its start on. Start returns what is wrong with c.
func WithSpans(c Config) actors.Option {
	return actors.WithBefore(func(ctx context.Context, b *actors.Broker) error {
		var options []otlptracehttp.Option
		if c.Endpoint != "" {
			options = append(options, otlptracehttp.WithEndpointURL(c.Endpoint+"/v1/traces"))
		}
		if len(c.Headers) > 0 {
			options = append(options, otlptracehttp.WithHeaders(c.Headers))
		}
		to, err := otlptracehttp.New(ctx, options...)
		if err != nil {
			return fmt.Errorf("spans: %w", err)
		}
		return watch(ctx, b, to, c.Service)
	})
}

// policy: the collector is no part of the broker's work, and a fault in telling it is tried again.
var policy = supervisor.Policy{
	Kind: supervisor.Permanent, Intensity: -1, Backoff: supervisor.Backoff{Min: 100 * time.Millisecond, Max: 10 * time.Second, Jitter: 0.1},
}

// watch begins to tell what comes.
func watch(ctx context.Context, b *actors.Broker, to trace.SpanExporter, service string) error {
	about, err := resourceOf(ctx, b, service)
	if err != nil {
		return fmt.Errorf("spans: what the environment says of their source: %w", err)
	}
	log := b.Config().Logger.Named("otlp")
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("spans could not be sent", "error", err) }))
	provider := trace.NewTracerProvider(trace.WithBatcher(to), trace.WithResource(about), trace.WithSampler(trace.AlwaysSample()))
	supervisor.Go(b.Report, "otlp", func() {
		<-b.Done() // a Start that fails ends there, too
		_ = provider.Shutdown(context.Background())
	})
	q := &queue{}
	pid, err := b.Spawn(ctx, actors.ActorSpec{
		Name: "otlp", Role: "spans", Policy: policy,
		Produce: func() actor.Actor { return &teller{queue: q, provider: provider} },
	})
	if err != nil {
		return err
	}
	root := b.System().Root
	b.WatchSampled(func(t *report.Trace) { q.offer(func() { root.Send(pid, &seen{t}) }) })
	return nil
}

// resourceOf is the broker as a source of spans. What the environment says of it goes before what the broker is called.
func resourceOf(ctx context.Context, b *actors.Broker, service string) (*resource.Resource, error) {
	c := b.Config()
	options := []resource.Option{
		resource.WithAttributes(semconv.ServiceName(c.ServerName), semconv.ServiceInstanceID(b.ServerID()), semconv.ServiceVersion(c.Version)),
		resource.WithTelemetrySDK(), resource.WithFromEnv(),
	}
	if service != "" {
		options = append(options, resource.WithAttributes(semconv.ServiceName(service)))
	}
	return resource.New(ctx, options...)
}
