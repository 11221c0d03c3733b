package observer_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/monitor"
	"github.com/troupe-mq/troupe/actors/observer"
)

// stage is a broker with its monitoring and the page.
type stage struct {
	t *testing.T
	b *actors.Broker
	m *monitor.Server
}

func open(t *testing.T, c actors.Config, o observer.Config, base string) *stage {
	t.Helper()
	c.Host, c.Port = "127.0.0.1", -1
	b, err := actors.Start(t.Context(), c)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = b.Stop(ctx)
	})
	page, err := observer.New(b, o)
	require.NoError(t, err)
	m, err := monitor.Start(b, monitor.Config{Host: "127.0.0.1", Port: -1, Page: page, BasePath: base})
	require.NoError(t, err)
	return &stage{t: t, b: b, m: m}
}

func (s *stage) url(path string) string { return "http://" + s.m.Addr().String() + path }

// ask sends a request with headers, given as name and value.
func (s *stage) ask(method, path, body string, headers ...string) (*http.Response, string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url(path), strings.NewReader(body))
	require.NoError(s.t, err)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	answer, err := http.DefaultClient.Do(r)
	require.NoError(s.t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(s.t, err)
	return answer, string(text)
}

// act sends what the page sends to change something.
func (s *stage) act(path, body string, headers ...string) (status int, text string) {
	s.t.Helper()
	answer, text := s.ask(http.MethodPost, path, body, append([]string{"X-Troupe-Page", "1"}, headers...)...)
	return answer.StatusCode, text
}

// client connects and sends commands; it returns when they are carried out.
func (s *stage) client(commands ...string) net.Conn {
	s.t.Helper()
	nc, err := net.Dial("tcp", s.b.Addr().String())
	require.NoError(s.t, err)
	s.t.Cleanup(func() { nc.Close() })
	_, err = io.WriteString(nc, strings.Join(append(commands, "PING"), "\r\n")+"\r\n")
	require.NoError(s.t, err)
	for r := bufio.NewReader(nc); ; {
		line, err := r.ReadString('\n')
		require.NoError(s.t, err)
		if line == "PONG\r\n" {
			return nc
		}
	}
}

// events reads a stream until it has seen an event that is as it is wanted.
func (s *stage) events(path string, wanted func(event, data string) bool) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url(path), nil)
	require.NoError(s.t, err)
	answer, err := http.DefaultClient.Do(r)
	require.NoError(s.t, err)
	defer answer.Body.Close()
	require.Equal(s.t, http.StatusOK, answer.StatusCode)
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	event := ""
	for lines.Scan() {
		if e, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			event = e
		}
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && wanted(event, data) {
			return
		}
	}
	s.t.Fatalf("no such event came: %v", lines.Err())
}

// waiting is the patience with what comes about by itself, and tick how often it is looked at.
const waiting, tick = 10 * time.Second, 10 * time.Millisecond

const hello = `CONNECT {"verbose":false,"name":"<script>alert(1)</script>"}`

func TestBrowsersGetThePage(t *testing.T) {
	s := open(t, actors.Config{}, observer.Config{}, "")
	answer, text := s.ask(http.MethodGet, "/", "", "Accept", "text/html,*/*")
	assert.Contains(t, text, `<script type="module" src="ui/app.js">`)
	policy := answer.Header.Get("Content-Security-Policy")
	assert.Contains(t, policy, "default-src 'none'")
	assert.NotContains(t, policy, "unsafe")
	assert.NotContains(t, policy, "http:")

	answer, text = s.ask(http.MethodGet, "/", "", "Accept", "*/*")
	assert.Empty(t, answer.Header.Get("Content-Security-Policy"))
	assert.Contains(t, text, "/varz", "a tool gets what it has always got")
}

func TestPageBelowABasePath(t *testing.T) {
	s := open(t, actors.Config{}, observer.Config{}, "/nats")
	answer, text := s.ask(http.MethodGet, "/nats", "", "Accept", "text/html")
	assert.Equal(t, "/nats/", answer.Request.URL.Path, "what the page loads stands beside it")
	assert.Contains(t, text, "ui/app.js")
	answer, _ = s.ask(http.MethodGet, "/nats/ui/app.js", "")
	assert.Equal(t, "text/javascript; charset=utf-8", answer.Header.Get("Content-Type"))
	answer, _ = s.ask(http.MethodGet, "/ui/app.js", "")
	assert.Equal(t, http.StatusNotFound, answer.StatusCode)
}

func TestAssets(t *testing.T) {
	s := open(t, actors.Config{}, observer.Config{}, "")
	answer, _ := s.ask(http.MethodGet, "/ui/app.js", "", "Accept-Encoding", "gzip")
	assert.Equal(t, "gzip", answer.Header.Get("Content-Encoding"))
	answer, text := s.ask(http.MethodGet, "/ui/app.js", "", "If-None-Match", answer.Header.Get("ETag"))
	assert.Equal(t, http.StatusNotModified, answer.StatusCode)
	assert.Empty(t, text)
	for _, path := range []string{"/ui/", "/ui/nothing.js", "/ui/..%2fdoc.go", "/ui/views"} {
		answer, _ := s.ask(http.MethodGet, path, "")
		assert.Equal(t, http.StatusNotFound, answer.StatusCode, path)
	}
}

func TestStreamTellsWhatHappens(t *testing.T) {
	s := open(t, actors.Config{Partitions: 2}, observer.Config{Lab: true}, "")
	s.client(hello, "SUB a 1", "PUB a 2\r\nhi")
	told := map[string]string{}
	s.events("/ui/events", func(event, data string) bool {
		if told[event] == "" && event == "tree" { // events are told from now on
			status, text := s.act("/ui/fault", `{"target":"troupe/partitions/part-1","kind":"panic"}`)
			assert.Equal(t, http.StatusOK, status, text)
		}
		told[event] = data
		return told["now"] != "" && strings.Contains(told["events"], "restart")
	})
	assert.Contains(t, told["hello"], s.b.ServerID())
	assert.Contains(t, told["past"], "troupe/partitions/part-1")
	assert.Contains(t, told["tree"], `"connections"`)
	assert.Contains(t, told["events"], "a fault was ordered")
	var now struct {
		Connections int `json:"connections"`
		Ledger      struct {
			In uint64 `json:"in"`
		} `json:"ledger"`
	}
	require.NoError(t, json.Unmarshal([]byte(told["now"]), &now))
	assert.Equal(t, 1, now.Connections)
	assert.Equal(t, uint64(1), now.Ledger.In)
}

func TestHistoryIsASeries(t *testing.T) {
	s := open(t, actors.Config{}, observer.Config{}, "")
	var series struct {
		Columns []string    `json:"columns"`
		Points  [][]float64 `json:"points"`
	}
	require.Eventually(t, func() bool {
		_, text := s.ask(http.MethodGet, "/ui/history", "")
		return json.Unmarshal([]byte(text), &series) == nil && len(series.Points) > 0
	}, 10*time.Second, 50*time.Millisecond)
	assert.Equal(t, "at", series.Columns[0])
	assert.Len(t, series.Points[0], len(series.Columns))
}
