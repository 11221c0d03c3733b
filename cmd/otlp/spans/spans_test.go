package spans

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// receiver is a collector that keeps what it is sent.
type receiver struct {
	*httptest.Server
	got chan *otlp.ResourceSpans
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{got: make(chan *otlp.ResourceSpans, 100)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		var all collector.ExportTraceServiceRequest
		if err != nil || req.URL.Path != "/v1/traces" || req.Header.Get("X-Token") != "s3cret" || proto.Unmarshal(body, &all) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		for _, spans := range all.ResourceSpans {
			r.got <- spans
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) config() Config {
	return Config{Endpoint: r.URL, Headers: map[string]string{"X-Token": "s3cret"}, Service: "tested"}
}

const (
	traceID = "0af7651916cd43dd8448eb211c80319c"
	parent  = "b7ad6b7169203331"
)

// publish sends a message that is part of a trace, which is recorded or not.
func publish(c *actorstest.Client, subject, flags string) {
	headers := fmt.Sprintf("NATS/1.0\r\nTraceParent: 00-%s-%s-%s\r\n\r\n", traceID, parent, flags)
	c.Send(fmt.Sprintf("HPUB %s %d %d", subject, len(headers), len(headers)+2), headers+"hi")
}

// texts are attributes as text.
func texts(all []*common.KeyValue) map[string]string {
	m := make(map[string]string)
	for _, kv := range all {
		switch v := kv.Value.Value.(type) {
		case *common.AnyValue_StringValue:
			m[kv.Key] = v.StringValue
		case *common.AnyValue_IntValue:
			m[kv.Key] = fmt.Sprint(v.IntValue)
		}
	}
	return m
}

// TestSpans: what a recorded message did in the broker is under the span of its publisher.
func TestSpans(t *testing.T) {
	r := newReceiver(t)
	b := actorstest.Start(t, actors.Config{
		ServerName: "stage", Mappings: []access.Mapping{{Source: "old", Destinations: []access.Destination{{Subject: "orders.new", Weight: 100}}}},
	}, WithSpans(r.config()))
	sub, pub := b.Client(t), b.Client(t)
	sub.Send(`CONNECT {"verbose":false,"headers":true}`, "SUB orders.* 1", "SUB orders.new workers 2")
	sub.Fence()
	pub.Send(`CONNECT {"verbose":false,"headers":true,"name":"till"}`)
	publish(pub, "orders.new", "00")
	publish(pub, "old", "01")
	pub.Fence()
	require.NoError(t, b.Stop(context.Background())) // what waits is sent

	got := <-r.got
	assert.Equal(t, "tested", texts(got.Resource.Attributes)["service.name"])
	assert.Equal(t, b.ServerID(), texts(got.Resource.Attributes)["service.instance.id"])
	spans := got.ScopeSpans[0].Spans
	byName := make(map[string][]*otlp.Span)
	for _, s := range spans {
		assert.Equal(t, traceID, fmt.Sprintf("%x", s.TraceId))
		assert.LessOrEqual(t, s.StartTimeUnixNano, s.EndTimeUnixNano)
		byName[s.Name] = append(byName[s.Name], s)
	}
	require.Len(t, spans, 5, "one message of two is recorded")
	route := byName["route"][0]
	assert.Equal(t, parent, fmt.Sprintf("%x", route.ParentSpanId))
	said := texts(route.Attributes)
	assert.Equal(t, []string{"nats", "old", "till"}, []string{said["messaging.system"], said["messaging.destination.name"], said["nats.publisher.name"]})
	require.Len(t, route.Events, 1)
	assert.Equal(t, "orders.new", texts(route.Events[0].Attributes)["nats.to"])
	require.Len(t, byName["deliver"], 2)
	for _, s := range append(byName["deliver"], byName["parse"][0], byName["match"][0]) {
		assert.Equal(t, route.SpanId, s.ParentSpanId)
		assert.LessOrEqual(t, s.EndTimeUnixNano, route.EndTimeUnixNano)
	}
	assert.Equal(t, "workers", texts(byName["deliver"][1].Attributes)["nats.queue"])
	assert.Equal(t, "taken up", byName["deliver"][0].Events[0].Name)
}

// TestCollectorIsAway: nobody waits for a collector.
func TestCollectorIsAway(t *testing.T) {
	b := actorstest.Start(t, actors.Config{}, WithSpans(Config{Endpoint: "http://127.0.0.1:1"}))
	c := b.Client(t)
	c.Send(`CONNECT {"verbose":false,"headers":true}`)
	for range 3 * mayWait {
		publish(c, "a", "01")
	}
	c.Fence()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	require.NoError(t, b.Stop(ctx))
}

func TestConfigSaysWhatIsWrong(t *testing.T) {
	for _, endpoint := range []string{"", "http://a:4318", "https://a"} {
		assert.NoError(t, (&Config{Endpoint: endpoint}).Validate(), endpoint)
	}
	for _, endpoint := range []string{"a:4318", "ftp://a", "http://", "::"} {
		assert.Error(t, (&Config{Endpoint: endpoint}).Validate(), endpoint)
	}
}

// TestQueueIsBounded: what comes while too much waits is counted.
func TestQueueIsBounded(t *testing.T) {
	var q queue
	sent := 0
	for range mayWait + 2 {
		q.offer(func() { sent++ })
	}
	assert.Equal(t, mayWait, sent)
	assert.EqualValues(t, 2, q.missed.Load())
}
