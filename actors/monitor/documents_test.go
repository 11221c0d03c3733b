package monitor_test

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/monitor"
)

func TestVarz(t *testing.T) {
	h := open(t, actors.Config{ClusterName: "alone"}, monitor.Config{})
	h.client(hello, "SUB mv.a 1")
	h.client(hello, "PUB mv.a 5", "hello", "PUB mv.none 3", "abc")
	require.Eventually(t, func() bool { return h.b.Stats().OutMessages == 1 }, time.Minute, time.Millisecond)
	v := read[varzOfTools](h, "/varz")
	assert.Equal(t, h.b.ServerID(), v.ID)
	assert.Equal(t, "alone", v.Cluster.Name)
	assert.Equal(t, 2*time.Minute, v.PingInterval)
	assert.Equal(t, 10*time.Second, v.WriteDeadline)
	assert.Equal(t, 65536, v.MaxConn)
	assert.InDelta(t, 2.0, v.AuthTimeout, 0)
	assert.Equal(t, [4]int64{2, 1, 8, 5}, [4]int64{v.InMsgs, v.OutMsgs, v.InBytes, v.OutBytes})
	assert.Equal(t, uint32(1), v.Subscriptions)
	assert.Equal(t, 2, v.Connections)
	assert.Equal(t, uint64(2), v.Total)
	assert.Greater(t, v.Mem, int64(1<<20))
	assert.Equal(t, h.m.Addr().(*net.TCPAddr).Port, v.HTTPPort)
	assert.Equal(t, map[string]uint64{"/varz": 1}, v.HTTPReqStats)
	assert.Equal(t, "$SYS", v.SystemAccount)
	assert.Equal(t, 2, v.Actors.Connections)
	assert.Equal(t, 1, v.Actors.Listeners)
	assert.Equal(t, 3, v.Actors.Services)
	require.Eventually(t, func() bool {
		l := read[varzOfTools](h, "/varz").Ledger
		return l.In == 2 && l.Routed == 1 && l.NoInterest == 1 && l.Copies == 1 && l.Delivered == 1 && l.Waiting == 0
	}, time.Minute, time.Millisecond)
}

// Exporters turn every number into a metric, also nested ones: its name must be
// one.
func TestVarzNumbersHaveNamesForMetrics(t *testing.T) {
	h := open(t, actors.Config{}, monitor.Config{})
	var walk func(m map[string]any)
	walk = func(m map[string]any) {
		for k, v := range m {
			assert.Regexp(t, `^[a-zA-Z_][a-zA-Z0-9_]*$`, k)
			if below, ok := v.(map[string]any); ok && k != "http_req_stats" {
				walk(below)
			}
		}
	}
	walk(read[map[string]any](h, "/varz"))
}

func TestConnz(t *testing.T) {
	h := open(t, actors.Config{User: "u", Password: "p"}, monitor.Config{})
	h.client(strings.Replace(hello, "{", `{"user":"u","pass":"p",`, 1), "SUB mc.a 1", "SUB mc.b grp 2", "UNSUB 2 9", "PUB mc.a 3", "abc")
	v := read[connzOfTools](h, "/connz")
	require.Len(t, v.Conns, 1)
	c := v.Conns[0]
	assert.Equal(t, [4]int{1, 1, 0, 1024}, [4]int{v.Num, v.Total, v.Offset, v.Limit})
	assert.Equal(t, "Client nats 127.0.0.1 conn-a py 1.2.3", strings.Join([]string{c.Kind, c.Type, c.IP, c.Name, c.Lang, c.Version}, " "))
	assert.Equal(t, [5]int64{1, 1, 3, 3, 2}, [5]int64{c.InMsgs, c.OutMsgs, c.InBytes, c.OutBytes, int64(c.NumSubs)})
	assert.Empty(t, c.User)
	assert.Nil(t, c.Subs)
	for _, d := range []string{c.RTT, c.Uptime, c.Idle} {
		_, err := time.ParseDuration(d)
		require.NoError(t, err)
	}
	assert.Equal(t, []string{"mc.a", "mc.b"}, read[connzOfTools](h, "/connz?subs=1").Conns[0].Subs)
	v = read[connzOfTools](h, "/connz?subs=detail&cid=1&auth=true")
	assert.Equal(t, 1, v.Limit)
	assert.Equal(t, "u", v.Conns[0].User)
	require.Len(t, v.Conns[0].Detail, 2)
	assert.Equal(t, int64(9), v.Conns[0].Detail[1].Max)
	assert.Equal(t, "grp", v.Conns[0].Detail[1].Queue)
	assert.Zero(t, read[connzOfTools](h, "/connz?acc=other").Total)
	assert.Equal(t, 1, read[connzOfTools](h, "/connz?acc=$G&user=u").Total)
	_, _, body := h.get("/varz")
	assert.NotContains(t, body, `"p"`)
}

func TestConnzOfTheClosed(t *testing.T) {
	h := open(t, actors.Config{}, monitor.Config{})
	nc := h.client(hello, "SUB a.b 1")
	h.client(hello)
	nc.Close()
	require.Eventually(t, func() bool {
		return read[connzOfTools](h, "/connz?state=closed").Total == 1
	}, time.Minute, time.Millisecond)
	c := read[connzOfTools](h, "/connz?state=closed&subs=1&sort=stop").Conns[0]
	assert.Equal(t, "Client Closed", c.Reason)
	assert.NotNil(t, c.Stop)
	assert.Equal(t, []string{"a.b"}, c.Subs)
	assert.Equal(t, 2, read[connzOfTools](h, "/connz?state=any").Total)
	assert.Equal(t, 1, read[connzOfTools](h, "/connz?state=ALL&offset=1").Num)
}

func TestSubsz(t *testing.T) {
	h := open(t, actors.Config{Partitions: 2}, monitor.Config{})
	h.client(hello, "SUB zz.a 1", "SUB zz.* q 2", "SUB other 3", "UNSUB 2 9")
	v := read[subszOfTools](h, "/subsz?subs=1&test=zz.a&acc=$G")
	assert.Equal(t, 2, v.Total)
	assert.Len(t, v.Subs, 2)
	v = read[subszOfTools](h, "/subscriptionsz")
	assert.Equal(t, uint32(3), v.Num)
	assert.Empty(t, v.Subs)
	v = read[subszOfTools](h, "/subsz?subs=1&offset=1&limit=1")
	require.Len(t, v.Subs, 1)
	assert.Equal(t, "zz.*", v.Subs[0].Subject)
	assert.Equal(t, 3, v.Total)
	assert.Empty(t, read[subszOfTools](h, "/subsz?subs=1&acc=no").Subs)
}

func TestOtherDocuments(t *testing.T) {
	h := open(t, actors.Config{}, monitor.Config{})
	h.client(hello)
	for path, want := range map[string]map[string]any{
		"/routez":            {"num_routes": 0.0, "routes": []any{}, "server_name": h.b.ServerID()},
		"/leafz":             {"leafnodes": 0.0, "leafs": []any{}},
		"/gatewayz":          {"outbound_gateways": map[string]any{}, "inbound_gateways": map[string]any{}},
		"/accountz":          {"system_account": "$SYS", "accounts": []any{"$G", "$SYS"}},
		"/jsz":               {"disabled": true},
		"/healthz":           {"status": "ok"},
		"/supervisionz":      {"server_id": h.b.ServerID()},
		"/accountz?acc=$SYS": {"system_account": "$SYS"},
	} {
		got := read[map[string]any](h, path)
		for k, v := range want {
			assert.Equal(t, v, got[k], path+" "+k)
		}
	}
	_, _, body := h.get("/healthz?js-enabled-only=true")
	assert.JSONEq(t, `{"status":"ok"}`, body)
	assert.NotContains(t, body, "\n", "compact")
	stats := read[struct {
		Accounts []struct {
			Acc      string
			Conns    int
			Received struct{ Msgs, Bytes int64 }
		} `json:"account_statz"`
	}](h, "/accstatz?unused=1")
	assert.Equal(t, "$G", stats.Accounts[0].Acc)
	assert.Equal(t, 1, stats.Accounts[0].Conns)

	status, _, body := h.get("/")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, body, `href="/varz"`)
	_, _, body = h.get("/stacksz")
	assert.Contains(t, body, "goroutine")
	vars := read[map[string]any](h, "/debug/vars")
	assert.Len(t, vars["cmdline"], 1, "arguments may hold passwords")
	for _, path := range []string{"/nosuch", "/varz/", "/debug/pprof/", "/raftz"} {
		status, _, _ = h.get(path)
		assert.Equal(t, http.StatusNotFound, status, path)
	}
}

func TestBadParametersAreRefusedInPlainText(t *testing.T) {
	h := open(t, actors.Config{}, monitor.Config{})
	for path, want := range map[string]string{
		"/connz?sort=bogus":                 "invalid sorting option: bogus: one of bytes_from, bytes_to, cid, idle, last, msgs_from, msgs_to, pending, reason, rtt, start, stop, subs, uptime",
		"/connz?sort=stop":                  "sort by stop only valid on closed connections",
		"/connz?offset=x":                   `Error decoding int for 'offset': strconv.Atoi: parsing "x": invalid syntax: needs a whole number`,
		"/connz?limit=99999999999999999999": `Error decoding int for 'limit': strconv.Atoi: parsing "99999999999999999999": value out of range: needs a whole number`,
		"/connz?cid=-1":                     `Error decoding uint64 for 'cid': strconv.ParseUint: parsing "-1": invalid syntax: needs the number of a connection`,
		"/connz?subs=2":                     `Error decoding boolean for 'subs': strconv.ParseBool: parsing "2": invalid syntax: needs true or false`,
		"/connz?state=bogus":                "Error decoding state for bogus: open, closed or any",
		"/subsz?test=foo..bar":              "invalid test subject, must be valid publish subject: foo..bar",
		"/subsz?limit=x":                    `Error decoding int for 'limit': strconv.Atoi: parsing "x": invalid syntax: needs a whole number`,
		"/routez?subs=x":                    `Error decoding boolean for 'subs': strconv.ParseBool: parsing "x": invalid syntax: needs true or false`,
		"/accountz?acc=nope":                "Account nope does not exist",
		"/accstatz?unused=x":                `Error decoding boolean for 'unused': strconv.ParseBool: parsing "x": invalid syntax: needs true or false`,
		"/actorz?limit=x":                   `Error decoding int for 'limit': strconv.Atoi: parsing "x": invalid syntax: needs a whole number`,
		"/healthz?js-enabled-only=x":        `Error decoding boolean for 'js-enabled-only': strconv.ParseBool: parsing "x": invalid syntax: needs true or false`,
	} {
		status, header, body := h.get(path)
		assert.Equal(t, http.StatusBadRequest, status, path)
		assert.Equal(t, "text/plain; charset=utf-8", header.Get("Content-Type"), path)
		assert.Equal(t, want, body)
	}
	for _, path := range []string{
		"/connz?offset=9223372036854775807&limit=9223372036854775807", "/connz?offset=-9223372036854775808&limit=-1",
		"/connz?offset=9223372036854775807&limit=9223372036854775807&sort=rtt&state=any", "/connz?limit=%zz", "/connz?a;b=%zz",
		"/subsz?subs=1&offset=9223372036854775807&limit=9223372036854775807", "/subsz?subs=1&test=a&offset=9223372036854775807&limit=9223372036854775807",
		"/connz?cid=18446744073709551615", "/actorz?limit=-9223372036854775808", "/supervisionz?limit=9223372036854775807",
		"/connz?user=" + url.QueryEscape(strings.Repeat("x", 4000)), "/subsz?test=" + strings.Repeat("a.", 2000) + "a",
	} {
		status, _, body := h.get(path)
		assert.Equal(t, http.StatusOK, status, path+body)
	}
}
