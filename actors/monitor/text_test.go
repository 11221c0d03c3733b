package monitor_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/monitor"
	"github.com/troupe-mq/troupe/actors/tap"
)

// taker is a tap that takes what it is given.
func taker() actor.Actor {
	return actor.ReceiveFunc(func(ctx actor.Context) {
		if b, ok := ctx.Message().(*tap.Batch); ok {
			b.Done(nil)
		}
	})
}

// What people read: a line for each thing, and the stack below a failure.
func TestDocumentsAsText(t *testing.T) {
	h := open(t, actors.Config{}, monitor.Config{})
	require.NoError(t, h.b.AddTap(tap.Spec{Name: "mine", Feeds: tap.Lifecycle}, taker))
	_, err := h.b.Inject(t.Context(), actors.Fault{Target: "partitions/part-0", Kind: actors.FaultPanic})
	require.NoError(t, err)
	for path, want := range map[string]string{
		"/supervisionz?format=text": `(?m)^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ  troupe/partitions/part-0 failed: lab: a fault was ordered -> restart in 1ms \(failure 1 in a row\)$\n    at .+lab\.`,
		"/actorz?format=text":       `(?m)^troupe  broker  running`,
		"/tapz?format=text":         `^TAP +POLICY +WAITING +BYTES +TAKEN +LOST +STATE\nmine +drop +\d+ +\d+ +\d+ +0 +told\n$`,
	} {
		status, header, body := h.get(path)
		assert.Equal(t, http.StatusOK, status, path)
		assert.Equal(t, "text/plain; charset=utf-8", header.Get("Content-Type"), path)
		assert.Regexp(t, want, body, path)
	}
	for _, path := range []string{"/supervisionz", "/actorz", "/tapz"} {
		status, _, body := h.get(path + "?format=xml")
		assert.Equal(t, http.StatusBadRequest, status, path)
		assert.Equal(t, `format "xml" is none of json and text`, body)
		status, header, _ := h.get(path + "?format=json")
		assert.Equal(t, http.StatusOK, status, path)
		assert.Equal(t, "application/json", header.Get("Content-Type"), path)
	}
}

func TestTapz(t *testing.T) {
	h := open(t, actors.Config{}, monitor.Config{})
	type document struct {
		Taps []map[string]any `json:"taps"`
	}
	assert.NotNil(t, read[document](h, "/tapz").Taps, "an empty list is one")
	require.NoError(t, h.b.AddTap(tap.Spec{Name: "mine", Feeds: tap.Lifecycle}, taker))
	found := read[document](h, "/tapz").Taps
	require.Len(t, found, 1)
	assert.Equal(t, []any{"mine", "drop", false}, []any{found[0]["name"], found[0]["policy"], found[0]["stuck"]})
	require.NoError(t, h.b.RemoveTap("mine"))
	assert.Empty(t, read[document](h, "/tapz").Taps)
}

// Taps and failures have series, and an order that is carried out is in them.
func TestMetricsOfTapsAndFailures(t *testing.T) {
	h := open(t, actors.Config{}, monitor.Config{})
	require.NoError(t, h.b.AddTap(tap.Spec{Name: "mine", Feeds: tap.Lifecycle}, taker))
	_, err := h.b.Inject(t.Context(), actors.Fault{Target: "partitions/part-0", Kind: actors.FaultPanic})
	require.NoError(t, err)
	found := h.scrape()
	assert.Equal(t, map[string]int{"partition": 1}, series(found["troupe_actor_failures_total"]))
	assert.Equal(t, map[string]int{"": 0}, series(found["troupe_actors_given_up"]))
	n := 0
	for name, family := range found {
		if strings.HasPrefix(name, "troupe_tap_") {
			n++
			assert.Contains(t, series(family), "mine", name)
		}
	}
	assert.Equal(t, 6, n)
}

// TestIndex: the list of pages is one, and a name cannot be more than a name in it.
func TestIndex(t *testing.T) {
	h := open(t, actors.Config{ServerName: `<b>"it"`}, monitor.Config{BasePath: "/at"})
	status, header, body := h.get("/at/")
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, "text/html; charset=utf-8", header.Get("Content-Type"))
	assert.Contains(t, body, "<p>&lt;b&gt;&#34;it&#34;</p>\n")
	assert.Contains(t, body, `<a href="/at/actorz?format=text">Actors</a><br>`)
	assert.NotContains(t, body, "%!")
}
