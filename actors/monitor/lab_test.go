package monitor

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// inLab starts a broker with a lab, and a client to be harmed: conn-1.
func inLab(t *testing.T) *Server {
	t.Helper()
	s := startWith(t, Config{Lab: true})
	nc, err := s.site.broker.InProcessConn()
	require.NoError(t, err)
	t.Cleanup(func() { nc.Close() })
	_, err = nc.Read(make([]byte, 1)) // INFO: its actor is there
	require.NoError(t, err)
	return s
}

// asked is a request for the lab as curl makes it.
func asked(t *testing.T, method, body string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1:8222"+labPath, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func TestFaultsAreCausedAndReported(t *testing.T) {
	s := inLab(t)
	for _, tt := range []struct {
		name, body string
		want       []string
	}{
		{"stall", `{"target":"partitions/part-0","kind":"stall","for":"20ms"}`, []string{`"kind": "stall"`, `"directive": ""`, `"gone": false`, `"lost_elsewhere": 0`, `"ledger": {`}},
		{"slow", `{"target":"partitions/part-0","kind":"slow","for":"1ms"}`, []string{`"kind": "slow"`}},
		{"panic", `{"target":"troupe/partitions/part-0","kind":"panic"}`, []string{`"directive": "restart"`}},
		{"a connection", `{"target":"connections/conn-1","kind":"panic"}` + "\n", []string{`"directive": "stop"`, `"gone": true`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			s.site.ServeHTTP(w, asked(t, http.MethodPost, tt.body))
			require.Equal(t, http.StatusOK, w.Code, w.Body.String())
			assert.Equal(t, "application/json", w.Header().Get("Content-Type"))
			assert.Empty(t, w.Header().Get("Access-Control-Allow-Origin"))
			for _, want := range append(tt.want, `"away_ns": `) {
				assert.Contains(t, w.Body.String(), want)
			}
			assert.Regexp(t, `"away": "[\d.]+(ns|µs|ms|s)"`, w.Body.String())
		})
	}
}

func TestOrdersThatMakeNoSense(t *testing.T) {
	s := inLab(t)
	const noOrder = `this is no order such as {"target":"connections/conn-7","kind":"stall","for":"100ms"}: `
	for body, want := range map[string]string{
		"":     noOrder + "EOF",
		"boom": noOrder + "invalid character 'b' looking for beginning of value",
		`{"target":"partitions/part-0","kind":"panic","four":"1s"}`:   noOrder + `unknown field "four"`,
		`{"target":"partitions/part-0","kind":"panic"} {}`:            noOrder + "something follows it",
		`{"target":"partitions/part-0","kind":"stall","for":100}`:     noOrder + `"for" is of the wrong kind: number`,
		`{"target":"partitions/part-0","kind":"stall","for":"a bit"}`: `"a bit" is not a duration such as 100ms`,
		`{"target":"partitions/part-0","kind":"stall","for":"1h"}`:    "no such fault: 1h0m0s is not in 0..30s",
		`{"target":"partitions/part-0","kind":"explode"}`:             `no such fault: kind "explode" is none of panic, stall and slow`,
		`{"target":"connections/conn-99","kind":"panic"}`:             `no such fault: there is no actor "connections/conn-99": /actorz shows all of them`,
		`{"target":"partitions/part-0","kind":"stall"}`:               `no such fault: stall takes time: say for how long, such as 500ms`,
		`{"target":"taps","kind":"panic"}`:                            `no such fault: "taps" is a group, and does no work that could fail: name one of its actors, as in partitions/part-0`,
		`[1]`:                                                         noOrder + `"body" is of the wrong kind: array`,
		`null`:                                                        `no such fault: a target is needed, such as partitions/part-0: /actorz shows all of them`,
	} {
		w := httptest.NewRecorder()
		s.site.ServeHTTP(w, asked(t, http.MethodPost, body))
		assert.Equal(t, http.StatusBadRequest, w.Code, body)
		assert.Equal(t, want, w.Body.String(), body)
		assert.Equal(t, "text/plain; charset=utf-8", w.Header().Get("Content-Type"))
	}
	for _, body := range []string{
		`{"target":"` + strings.Repeat("x", maxOrder) + `"}`,
		`{"target":"partitions/part-0","kind":"panic"}` + strings.Repeat(" ", maxOrder),
	} {
		w := httptest.NewRecorder()
		s.site.ServeHTTP(w, asked(t, http.MethodPost, body))
		assert.Equal(t, http.StatusRequestEntityTooLarge, w.Code)
		assert.Equal(t, "an order has at most 4096 bytes", w.Body.String())
	}
}

// A page in a browser can send a POST to an address of the machine that it is
// shown on, by a form or by a name of its own that leads there.
func TestWhoMayOrder(t *testing.T) {
	s := inLab(t)
	for _, tt := range []struct {
		name, method, host string
		origins            []string
		status             int
	}{
		{"by name", "POST", "localhost:8222", nil, 200},
		{"by name, in capitals", "POST", "LOCALHOST", nil, 200},
		{"IPv6", "POST", "[::1]:8222", nil, 200},
		{"IPv6 without a port", "POST", "[::1]", nil, 200},
		{"all of the loopback", "POST", "127.8.9.1", nil, 200},
		{"a page of this machine", "POST", "localhost:8222", []string{"http://127.0.0.1:3000"}, 200},
		{"GET", "GET", "localhost", nil, 405},
		{"a browser that asks first", "OPTIONS", "localhost", []string{"https://evil.example"}, 405},
		{"another name", "POST", "evil.example:8222", nil, 403},
		{"a name like ours", "POST", "localhost.evil.example", nil, 403},
		{"a name like an address", "POST", "127.0.0.1.evil.example", nil, 403},
		{"another address", "POST", "10.0.0.1:8222", nil, 403},
		{"all addresses", "POST", "0.0.0.0:8222", nil, 403},
		{"nobody", "POST", "", nil, 403},
		{"another page", "POST", "localhost:8222", []string{"https://evil.example"}, 403},
		{"a page without an origin", "POST", "localhost:8222", []string{"null"}, 403},
		{"an empty origin", "POST", "localhost:8222", []string{""}, 403},
		{"no URL", "POST", "localhost:8222", []string{"http://[::1"}, 403},
		{"one of two", "POST", "localhost:8222", []string{"http://localhost", "https://evil.example"}, 403},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := asked(t, tt.method, `{"target":"partitions/part-0","kind":"stall","for":"1ns"}`)
			r.Host = tt.host
			for _, o := range tt.origins {
				r.Header.Add("Origin", o)
			}
			w := httptest.NewRecorder()
			s.site.ServeHTTP(w, r)
			assert.Equal(t, tt.status, w.Code, w.Body.String())
			assert.Equal(t, tt.status == 405, w.Header().Get("Allow") == "POST")
		})
	}
}

func TestNoLabUnlessItIsOpen(t *testing.T) {
	s := start(t)
	w := httptest.NewRecorder()
	s.site.ServeHTTP(w, asked(t, http.MethodPost, `{"target":"partitions/part-0","kind":"panic"}`))
	assert.Equal(t, http.StatusNotFound, w.Code)
}

func TestLabIsNotForOthers(t *testing.T) {
	s := start(t)
	for _, host := range []string{"", "0.0.0.0", "::", "10.0.0.1", "example.com", "localhost.example"} {
		_, err := Start(s.site.broker, Config{Host: host, Port: -1, Lab: true})
		assert.ErrorIs(t, err, ErrLab, host)
	}
}

// Whoever watches what a fault does must not have to wait for its end.
func TestFaultsDoNotTakeThePlacesOfOthers(t *testing.T) {
	s := inLab(t)
	takeAll(t, s.site.faults, atOnce)
	w := httptest.NewRecorder()
	s.site.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/varz", nil))
	assert.Equal(t, http.StatusOK, w.Code)
}

func FuzzOrder(f *testing.F) {
	for _, seed := range []string{
		`{"target":"partitions/part-0","kind":"stall","for":"100ms"}`, `{"for":"-1h"}`, `{"TARGET":"a","target":"b"}`, `[]`, `null`, `{}{}`, `{"for":1e999}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if _, err := readOrder(bytes.NewReader(body)); err != nil {
			require.GreaterOrEqual(t, statusOf(err), 400)
			require.Less(t, statusOf(err), 500)
		}
	})
}
