package observer_test

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/observer"
	"github.com/troupe-mq/troupe/actors/report"
)

// guarded has a user of the system account, and one of another.
var guarded = actors.Config{Accounts: []access.Account{
	{Name: "$SYS", Users: []access.User{{Name: "watch", Password: "w"}}},
	{Name: "APP", Users: []access.User{{Name: "app", Password: "a"}}},
}}

// From this machine anybody may change something. Behind a proxy everybody seems to sit here.
func TestWhoMayAct(t *testing.T) {
	s := open(t, guarded, observer.Config{}, "")
	basic := func(user, password string) string {
		r := &http.Request{Header: http.Header{}}
		r.SetBasicAuth(user, password)
		return r.Header.Get("Authorization")
	}
	for _, c := range []struct {
		what    string
		headers []string
		status  int
	}{
		{"here", nil, http.StatusNotFound},
		{"by another name that leads here", []string{"Host", "evil.example:80"}, http.StatusUnauthorized},
		{"through a proxy", []string{"X-Forwarded-For", "203.0.113.7"}, http.StatusUnauthorized},
		{"through a proxy, as a user of the system account", []string{"X-Forwarded-For", "203.0.113.7", "Authorization", basic("watch", "w")}, http.StatusNotFound},
		{"with a wrong password", []string{"X-Forwarded-For", "203.0.113.7", "Authorization", basic("watch", "x")}, http.StatusUnauthorized},
		{"as a user of another account", []string{"X-Forwarded-For", "203.0.113.7", "Authorization", basic("app", "a")}, http.StatusUnauthorized},
		{"from the page of another site", []string{"Origin", "https://evil.example"}, http.StatusForbidden},
		{"from a page of this machine at another port", []string{"Origin", "http://127.0.0.1:1"}, http.StatusForbidden},
		{"from a site that the browser knows to be another", []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		{"without the header that a form cannot set", []string{"X-Troupe-Page", ""}, http.StatusForbidden},
	} {
		status, text := s.act("/ui/kick?cid=99999", "", c.headers...)
		assert.Equal(t, c.status, status, "%s: %s", c.what, text)
	}
}

func TestNothingIsChangedByGet(t *testing.T) {
	s := open(t, actors.Config{}, observer.Config{Lab: true}, "")
	for _, path := range []string{"/ui/kick?cid=3", "/ui/fault", "/ui/experiment?n=1"} {
		answer, _ := s.ask(http.MethodGet, path, "", "X-Troupe-Page", "1")
		assert.Contains(t, []int{http.StatusMethodNotAllowed, http.StatusNotFound}, answer.StatusCode, path)
	}
}

func TestKick(t *testing.T) {
	s := open(t, actors.Config{}, observer.Config{}, "")
	nc := s.client(hello)
	page, err := s.b.Connections(t.Context(), report.ConnectionQuery{})
	require.NoError(t, err)
	require.Len(t, page.Connections, 1)
	cid := strconv.FormatUint(page.Connections[0].CID, 10)
	status, text := s.act("/ui/kick?cid="+cid, "")
	assert.Equal(t, http.StatusOK, status, text)
	for b := make([]byte, 64); err == nil; {
		_, err = nc.Read(b)
	}
	status, text = s.act("/ui/kick?cid="+cid, "")
	assert.Equal(t, http.StatusNotFound, status)
	assert.JSONEq(t, `{"error":"no such client id"}`, text)
}

func TestLabIsClosed(t *testing.T) {
	s := open(t, actors.Config{}, observer.Config{}, "")
	for _, path := range []string{"/ui/fault", "/ui/experiment?n=1"} {
		status, text := s.act(path, `{"target":"partitions/part-0","kind":"panic"}`)
		assert.Equal(t, http.StatusForbidden, status, path)
		assert.Contains(t, text, "--lab")
	}
}

func TestLabAnswersToThisMachineOnly(t *testing.T) {
	s := open(t, guarded, observer.Config{Lab: true}, "")
	r := &http.Request{Header: http.Header{}}
	r.SetBasicAuth("watch", "w")
	status, _ := s.act("/ui/fault", `{"target":"partitions/part-0","kind":"panic"}`, "X-Forwarded-For", "203.0.113.7", "Authorization", r.Header.Get("Authorization"))
	assert.Equal(t, http.StatusForbidden, status)
}
