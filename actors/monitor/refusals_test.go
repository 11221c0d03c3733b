package monitor_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/monitor"
)

// A query that makes no sense is answered by one line that says what is wrong. What
// nats-server has words for is said in them.
func TestRefusals(t *testing.T) {
	h := open(t, actors.Config{}, monitor.Config{Lab: true})
	for path, want := range map[string]struct {
		status int
		line   string
	}{
		"/varzz":                   {http.StatusNotFound, "there is no such page: / lists those that there are"},
		"/connz?limit=many":        {http.StatusBadRequest, `Error decoding int for 'limit': strconv.Atoi: parsing "many": invalid syntax: needs a whole number`},
		"/connz?cid=-1":            {http.StatusBadRequest, `Error decoding uint64 for 'cid': strconv.ParseUint: parsing "-1": invalid syntax: needs the number of a connection`},
		"/connz?state=half":        {http.StatusBadRequest, "Error decoding state for half: open, closed or any"},
		"/connz?sort=colour":       {http.StatusBadRequest, "invalid sorting option: colour: one of bytes_from, bytes_to, cid, idle, last, msgs_from, msgs_to, pending, reason, rtt, start, stop, subs, uptime"},
		"/connz?auth=perhaps":      {http.StatusBadRequest, `Error decoding boolean for 'auth': strconv.ParseBool: parsing "perhaps": invalid syntax: needs true or false`},
		"/subsz?test=a..b":         {http.StatusBadRequest, `invalid test subject, must be valid publish subject: a..b`},
		"/actorz?limit=all":        {http.StatusBadRequest, `Error decoding int for 'limit': strconv.Atoi: parsing "all": invalid syntax: needs a whole number`},
		"/supervisionz?format=xml": {http.StatusBadRequest, `format "xml" is none of json and text`},
		"/lab/fault":               {http.StatusMethodNotAllowed, "a fault is ordered by POST"},
	} {
		status, _, body := h.get(path)
		assert.Equal(t, want.status, status, path)
		assert.Equal(t, want.line, body, path)
	}
}
