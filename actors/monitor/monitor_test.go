package monitor_test

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
	"github.com/troupe-mq/troupe/actors/report"
)

// house is a broker with its monitoring.
type house struct {
	t *testing.T
	b *actors.Broker
	m *monitor.Server
}

func open(t *testing.T, c actors.Config, m monitor.Config) *house {
	t.Helper()
	c.Host, c.Port = "127.0.0.1", -1
	b, err := actors.Start(t.Context(), c)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = b.Stop(ctx)
	})
	m.Host, m.Port = "127.0.0.1", -1
	s, err := monitor.Start(b, m)
	require.NoError(t, err)
	return &house{t: t, b: b, m: s}
}

func (h *house) get(path string) (status int, header http.Header, body string) {
	h.t.Helper()
	r, err := http.Get("http://" + h.m.Addr().String() + path)
	require.NoError(h.t, err)
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	require.NoError(h.t, err)
	return r.StatusCode, r.Header, string(b)
}

// read gets a document, which must be one.
func read[T any](h *house, path string) T {
	h.t.Helper()
	status, header, body := h.get(path)
	require.Equal(h.t, http.StatusOK, status, body)
	assert.Equal(h.t, "application/json", header.Get("Content-Type"), path)
	assert.Equal(h.t, "*", header.Get("Access-Control-Allow-Origin"), path)
	var out T
	require.NoError(h.t, json.Unmarshal([]byte(body), &out), path)
	return out
}

// client connects and sends commands; it returns when they are carried out.
func (h *house) client(commands ...string) net.Conn {
	h.t.Helper()
	nc, err := net.Dial("tcp", h.b.Addr().String())
	require.NoError(h.t, err)
	h.t.Cleanup(func() { nc.Close() })
	text := strings.Join(append(commands, "PING"), "\r\n") + "\r\n"
	_, err = io.WriteString(nc, text)
	require.NoError(h.t, err)
	for r := bufio.NewReader(nc); ; {
		line, err := r.ReadString('\n')
		require.NoError(h.t, err)
		if line == "PONG\r\n" {
			return nc
		}
	}
}

const hello = `CONNECT {"verbose":false,"pedantic":false,"name":"conn-a","lang":"py","version":"1.2.3"}`

// What the tools unmarshal into, by the types that nats-server has.
type (
	varzOfTools struct {
		ID            string `json:"server_id"`
		Name          string `json:"server_name"`
		Cluster       struct{ Name string }
		Version       string            `json:"version"`
		Proto         int               `json:"proto"`
		Host          string            `json:"host"`
		Port          int               `json:"port"`
		MaxConn       int               `json:"max_connections"`
		PingInterval  time.Duration     `json:"ping_interval"`
		HTTPPort      int               `json:"http_port"`
		AuthTimeout   float64           `json:"auth_timeout"`
		MaxPayload    int               `json:"max_payload"`
		MaxPending    int64             `json:"max_pending"`
		WriteDeadline time.Duration     `json:"write_deadline"`
		Start         time.Time         `json:"start"`
		Now           time.Time         `json:"now"`
		Uptime        string            `json:"uptime"`
		Mem           int64             `json:"mem"`
		Cores         int               `json:"cores"`
		CPU           float64           `json:"cpu"`
		Connections   int               `json:"connections"`
		Total         uint64            `json:"total_connections"`
		InMsgs        int64             `json:"in_msgs"`
		OutMsgs       int64             `json:"out_msgs"`
		InBytes       int64             `json:"in_bytes"`
		OutBytes      int64             `json:"out_bytes"`
		SlowConsumers int64             `json:"slow_consumers"`
		Subscriptions uint32            `json:"subscriptions"`
		HTTPReqStats  map[string]uint64 `json:"http_req_stats"`
		Loaded        time.Time         `json:"config_load_time"`
		SystemAccount string            `json:"system_account"`
		Slow          struct {
			Clients uint64 `json:"clients"`
		} `json:"slow_consumer_stats"`
		Actors struct {
			Total, Partitions, Connections, Listeners, Services int
		} `json:"actors"`
		Ledger report.Ledger `json:"ledger"`
	}
	connzOfTools struct {
		ID     string    `json:"server_id"`
		Now    time.Time `json:"now"`
		Num    int       `json:"num_connections"`
		Total  int       `json:"total"`
		Offset int       `json:"offset"`
		Limit  int       `json:"limit"`
		Conns  []struct {
			Cid          uint64     `json:"cid"`
			Kind         string     `json:"kind"`
			Type         string     `json:"type"`
			IP           string     `json:"ip"`
			Port         int        `json:"port"`
			Start        time.Time  `json:"start"`
			LastActivity time.Time  `json:"last_activity"`
			Stop         *time.Time `json:"stop"`
			Reason       string     `json:"reason"`
			RTT          string     `json:"rtt"`
			Uptime       string     `json:"uptime"`
			Idle         string     `json:"idle"`
			Pending      int        `json:"pending_bytes"`
			InMsgs       int64      `json:"in_msgs"`
			OutMsgs      int64      `json:"out_msgs"`
			InBytes      int64      `json:"in_bytes"`
			OutBytes     int64      `json:"out_bytes"`
			NumSubs      uint32     `json:"subscriptions"`
			Name         string     `json:"name"`
			Lang         string     `json:"lang"`
			Version      string     `json:"version"`
			User         string     `json:"authorized_user"`
			Subs         []string   `json:"subscriptions_list"`
			Detail       []struct {
				Subject string `json:"subject"`
				Queue   string `json:"qgroup"`
				Sid     string `json:"sid"`
				Msgs    int64  `json:"msgs"`
				Max     int64  `json:"max"`
				Cid     uint64 `json:"cid"`
			} `json:"subscriptions_list_detail"`
		} `json:"connections"`
	}
	subszOfTools struct {
		Num     uint32  `json:"num_subscriptions"`
		Cache   uint32  `json:"num_cache"`
		Inserts uint64  `json:"num_inserts"`
		Removes uint64  `json:"num_removes"`
		Matches uint64  `json:"num_matches"`
		HitRate float64 `json:"cache_hit_rate"`
		Max     uint32  `json:"max_fanout"`
		Avg     float64 `json:"avg_fanout"`
		Total   int     `json:"total"`
		Offset  int     `json:"offset"`
		Limit   int     `json:"limit"`
		Subs    []struct {
			Subject string `json:"subject"`
			Account string `json:"account"`
			Cid     uint64 `json:"cid"`
		} `json:"subscriptions_list"`
	}
)

func TestBasePath(t *testing.T) {
	h := open(t, actors.Config{}, monitor.Config{BasePath: "nats/"})
	read[varzOfTools](h, "/nats/varz")
	for path, want := range map[string]int{"/nats": 200, "/nats/": 200, "/varz": 404, "/natsvarz": 404, "/": 404} {
		status, _, _ := h.get(path)
		assert.Equal(t, want, status, path)
	}
}

// TestPathsAsToolsPutThemTogether: an address that ends with a slash, and a path that begins with one.
func TestPathsAsToolsPutThemTogether(t *testing.T) {
	h := open(t, actors.Config{}, monitor.Config{BasePath: "nats"})
	read[varzOfTools](h, "//nats//varz")
	status, _, _ := h.get("/nats//nowhere")
	assert.Equal(t, http.StatusNotFound, status)
}

// TestHealthOfALameDuck: nobody can come in any more, so that nobody is to be sent here.
func TestHealthOfALameDuck(t *testing.T) {
	h := open(t, actors.Config{}, monitor.Config{})
	require.NoError(t, h.b.LameDuck(t.Context()))
	status, _, body := h.get("/healthz")
	assert.Equal(t, http.StatusInternalServerError, status)
	assert.Contains(t, body, `"status":"error","error":"failed to be ready for connections`)
}

func TestActorzDrawsTheTree(t *testing.T) {
	h := open(t, actors.Config{Partitions: 2}, monitor.Config{})
	for range 3 {
		h.client(hello)
	}
	_, header, drawn := h.get("/actorz?format=text&limit=2")
	assert.Equal(t, "text/plain; charset=utf-8", header.Get("Content-Type"))
	for _, want := range []string{"troupe  broker", "part-0  partition  running", "part-1", "conn-", "… and 1 more", "clients  listener", "mailbox"} {
		assert.Contains(t, drawn, want)
	}
	type node struct {
		Path, Role, Policy, State string
		Since                     time.Time
		Restarts                  int
		Mailbox                   *struct{ Handled int }
		Children                  []node
		Count                     int `json:"child_count"`
	}
	tree := read[struct{ Tree node }](h, "/actorz").Tree
	assert.Equal(t, "troupe", tree.Path)
	found := map[string]int{}
	var walk func(n node)
	walk = func(n node) {
		found[n.Role]++
		assert.Equal(t, "running", n.State, n.Path)
		if n.Role == "connection" || n.Role == "partition" {
			assert.NotNil(t, n.Mailbox, n.Path)
			assert.False(t, n.Since.IsZero(), n.Path)
		}
		for _, c := range n.Children {
			walk(c)
		}
	}
	walk(tree)
	assert.Equal(t, 3, found["connection"])
	assert.Equal(t, 2, found["partition"])
	assert.Equal(t, 1, found["listener"])
}

func TestStopFreesTheAddress(t *testing.T) {
	h := open(t, actors.Config{}, monitor.Config{})
	require.NoError(t, h.m.Stop())
	l, err := net.Listen("tcp", h.m.Addr().String())
	require.NoError(t, err)
	require.NoError(t, l.Close())
	_, err = monitor.Start(h.b, monitor.Config{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port})
	require.NoError(t, err, "and may be started again")
}

func TestAddressInUseIsAnError(t *testing.T) {
	h := open(t, actors.Config{}, monitor.Config{})
	_, err := monitor.Start(h.b, monitor.Config{Host: "127.0.0.1", Port: h.m.Addr().(*net.TCPAddr).Port})
	require.Error(t, err)
}

func TestWaysIn(t *testing.T) {
	h := open(t, actors.Config{WebSocket: &actors.WebSocket{Port: -1, NoTLS: true, SameOrigin: true, Advertise: "h:443"}}, monitor.Config{})
	type waysIn struct {
		TLSRequired *bool `json:"tls_required"`
		Websocket   map[string]any
	}
	v := read[waysIn](h, "/varz")
	assert.Nil(t, v.TLSRequired)
	assert.Equal(t, map[string]any{
		"host": "127.0.0.1", "port": float64(h.b.WebSocketAddr().(*net.TCPAddr).Port),
		"no_tls": true, "same_origin": true, "advertise": "h:443", "handshake_timeout": float64(2 * time.Second),
	}, v.Websocket)
}
