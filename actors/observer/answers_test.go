package observer_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/experiments"
	"github.com/troupe-mq/troupe/actors/observer"
)

func TestConnectionsAreSearchedByTheBroker(t *testing.T) {
	s := open(t, actors.Config{}, observer.Config{}, "")
	s.client(hello, "SUB a.> 1", "SUB b q 2")
	s.client(`CONNECT {"verbose":false,"name":"other"}`)
	var page struct {
		Total int `json:"total"`
		Rows  []struct {
			CID  uint64 `json:"cid"`
			Name string `json:"name"`
			Subs int    `json:"subs"`
		} `json:"rows"`
	}
	get := func(query string) int {
		answer, text := s.ask(http.MethodGet, "/ui/connections?"+query, "")
		if answer.StatusCode == http.StatusOK {
			require.NoError(t, json.Unmarshal([]byte(text), &page))
		}
		return answer.StatusCode
	}
	require.Equal(t, http.StatusOK, get("search=SCRIPT"))
	require.Equal(t, 1, page.Total)
	assert.Equal(t, "<script>alert(1)</script>", page.Rows[0].Name)
	assert.Equal(t, 2, page.Rows[0].Subs)
	get("search=")
	assert.Equal(t, 2, page.Total)
	get("limit=1&offset=1&sort=cid")
	require.Len(t, page.Rows, 1)
	assert.Equal(t, "other", page.Rows[0].Name)
	get("search=nobody")
	assert.Empty(t, page.Rows)
	assert.Equal(t, http.StatusBadRequest, get("sort=colour"))
	assert.Equal(t, http.StatusBadRequest, get("state=asleep"))
}

func TestOneConnection(t *testing.T) {
	s := open(t, actors.Config{}, observer.Config{}, "")
	s.client(hello, "SUB a.> 1", "SUB b q 2")
	_, text := s.ask(http.MethodGet, "/ui/connections", "")
	_, rest, _ := strings.Cut(text, `"cid":`)
	cid, _, _ := strings.Cut(rest, ",")
	_, text = s.ask(http.MethodGet, "/ui/connection?cid="+cid, "")
	assert.Contains(t, text, `"subject":"a.\u003e"`)
	assert.Contains(t, text, `"queue":"q"`)
	for query, status := range map[string]int{"cid=0": 400, "cid=x": 400, "cid=77777": 404, "": 400} {
		answer, text := s.ask(http.MethodGet, "/ui/connection?"+query, "")
		assert.Equal(t, status, answer.StatusCode, query)
		assert.Contains(t, text, `"error"`)
	}
}

func TestWhoWouldGetAMessage(t *testing.T) {
	s := open(t, actors.Config{}, observer.Config{}, "")
	s.client(hello, "SUB a.* 1", "SUB a.b workers 2", "SUB c 3")
	var found struct {
		Total int `json:"total"`
		List  []struct {
			SID string `json:"sid"`
		} `json:"list"`
	}
	_, text := s.ask(http.MethodGet, "/ui/subscribers?subject=a.b", "")
	require.NoError(t, json.Unmarshal([]byte(text), &found))
	assert.Equal(t, 2, found.Total)
	assert.Len(t, found.List, 2)
	for _, query := range []string{"subject=a..b", "subject=", "subject=a&account=NONE"} {
		answer, _ := s.ask(http.MethodGet, "/ui/subscribers?"+query, "")
		assert.Equal(t, http.StatusBadRequest, answer.StatusCode, query)
	}
}

// The tap that counts subjects is there while somebody looks, and only then.
func TestBusiestSubjects(t *testing.T) {
	s := open(t, actors.Config{}, observer.Config{}, "")
	assert.Empty(t, s.b.Taps())
	s.events("/ui/subjects", func(event, data string) bool {
		assert.Len(t, s.b.Taps(), 1)
		s.client(hello, "PUB busy.bee 2\r\nhi", "PUB busy.bee 2\r\nhi", "PUB idle 0\r\n")
		return event == "subjects" && strings.Contains(data, `{"account":"$G","subject":"busy.bee"`)
	})
	require.Eventually(t, func() bool { return len(s.b.Taps()) == 0 }, waiting, tick)
}

func TestConsole(t *testing.T) {
	s := open(t, actors.Config{}, observer.Config{}, "")
	_, text := s.act("/ui/console", "")
	var pass struct {
		Ticket string `json:"ticket"`
	}
	require.NoError(t, json.Unmarshal([]byte(text), &pass))
	url := "ws" + strings.TrimPrefix(s.url("/ui/console?ticket="), "http")
	socket, _, err := websocket.Dial(t.Context(), url+pass.Ticket, nil) //nolint:bodyclose // the library does it
	require.NoError(t, err)
	defer socket.CloseNow() //nolint:errcheck // it is over
	got := ""
	until := func(text string) {
		for !strings.Contains(got, text) {
			_, b, err := socket.Read(t.Context())
			require.NoError(t, err, got)
			got += string(b)
		}
	}
	until("INFO {")
	require.NoError(t, socket.Write(t.Context(), websocket.MessageBinary, []byte("SUB a 1\r\nPUB a 2\r\nhi\r\n")))
	until("MSG a 1 2\r\nhi\r\n")
	for _, ticket := range []string{pass.Ticket, "", "none"} {
		_, answer, err := websocket.Dial(t.Context(), url+ticket, nil)
		require.Error(t, err, "a ticket is good for one console")
		assert.Equal(t, http.StatusForbidden, answer.StatusCode)
		answer.Body.Close()
	}
	require.NoError(t, socket.Write(t.Context(), websocket.MessageBinary, []byte("NONSENSE\r\n")))
	until("-ERR 'Unknown Protocol Operation'")
}

func TestExperimentIsRun(t *testing.T) {
	s := open(t, actors.Config{}, observer.Config{Lab: true, Experiments: experiments.All()[3:4]}, "")
	status, text := s.act("/ui/experiment?n=1", "")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, text, `"checked":true`)
	assert.NotContains(t, text, `"wrong":true`)
	status, _ = s.act("/ui/experiment?n=2", "")
	assert.Equal(t, http.StatusNotFound, status)
}

// The sessions that the page plays are what the broker says.
func TestSessionsOfThePage(t *testing.T) {
	for _, name := range []string{"hello", "wildcards", "queue", "request"} {
		t.Run(name, func(t *testing.T) { actorstest.Session(t, "page/sessions/"+name+".txt") })
	}
}
