package sys

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/documents"
	"github.com/troupe-mq/troupe/actors/report"
)

var (
	here = &Server{Name: "here", Host: "127.0.0.1", ID: "NID", Version: "2.12.0", Seq: 1, Time: time.Unix(1, 0).UTC()}
	then = time.Date(2026, 11, 23, 3, 16, 30, 5, time.FixedZone("", 3600))
	joe  = &report.Origin{
		CID: 93, Kind: "nats", Address: "127.0.0.1:1234", User: "joe", Account: "APP",
		Name: "app", Lang: "go", Version: "1.55.0", Start: then.Add(-time.Second),
	}
)

// TestEventsHaveWhatToolsRead: each field that nats-server's events have is there,
// and of the same type.
func TestEventsHaveWhatToolsRead(t *testing.T) {
	last := &report.Connection{RTT: time.Millisecond}
	stats := newAccountEvent(documents.AccountStat{Account: "APP"}, then)
	for list, e := range map[string]utterance{
		"event-connect":    connected(joe, then),
		"event-disconnect": disconnected(joe, then, "Client Closed", last),
		"event-auth-err":   disconnected(joe, then, "Authentication Failure", last),
		"event-conns":      stats,
		"event-statsz":     &answer{Statsz: &documents.Statsz{}},
		"event-lameduck":   &standing{},
	} {
		e.by(here)
		b, err := json.Marshal(e)
		require.NoError(t, err)
		hasKeys(t, list, b)
	}
}

func TestEvents(t *testing.T) {
	const server = `"server":{"name":"here","host":"127.0.0.1","id":"NID","ver":"2.12.0","jetstream":false,"flags":0,"seq":1,"time":"1970-01-01T00:00:01Z"}`
	const about = `"start":"2026-11-23T02:16:29.000000005Z","host":"127.0.0.1","id":93,"acc":"APP","user":"joe","name":"app","lang":"go","ver":"1.55.0"`
	leaf := *joe
	leaf.Kind = "leafnode websocket"
	comes := connected(&leaf, then)
	in := connected(joe, then)
	out := disconnected(joe, then, "Kicked", &report.Connection{InMessages: 1, InBytes: 5, OutMessages: 2, OutBytes: 7, RTT: 486 * time.Microsecond})
	for _, tt := range []struct {
		event utterance
		id    string
		want  string
	}{
		{in, in.ID, `"type":"io.nats.server.advisory.v1.client_connect","id":"` + in.ID + `","timestamp":"2026-11-23T02:16:30.000000005Z",` + server +
			`,"client":{` + about + `,"name_tag":"APP","kind":"Client","client_type":"nats"}`},
		{comes, comes.ID, `"type":"io.nats.server.advisory.v1.client_connect","id":"` + comes.ID + `","timestamp":"2026-11-23T02:16:30.000000005Z",` + server +
			`,"client":{` + about + `,"name_tag":"APP","kind":"Leafnode"}`},
		{out, out.ID, `"type":"io.nats.server.advisory.v1.client_disconnect","id":"` + out.ID + `","timestamp":"2026-11-23T02:16:30.000000005Z",` + server +
			`,"client":{` + about + `,"rtt":486000,"stop":"2026-11-23T02:16:30.000000005Z","name_tag":"APP","kind":"Client","client_type":"nats"},` +
			`"sent":{"msgs":1,"bytes":5},"received":{"msgs":2,"bytes":7},"reason":"Kicked"`},
	} {
		tt.event.by(here)
		got, err := json.Marshal(tt.event)
		require.NoError(t, err)
		assert.Equal(t, "{"+tt.want+"}", string(got))
		assert.Len(t, tt.id, idLength)
	}
	assert.NotEqual(t, in.ID, out.ID)
}

func TestHostOfAClient(t *testing.T) {
	for address, want := range map[string]string{"": "", "[::1]:5": "::1", "10.0.0.1:5": "10.0.0.1", "troupe/actors/x": "troupe/actors/x"} {
		assert.Equal(t, want, clientOf(&report.Origin{Address: address}).Host)
	}
}

func TestSubjectsOfEvents(t *testing.T) {
	assert.Equal(t, "$SYS.ACCOUNT.APP.CONNECT", connectSubject("APP"))
	assert.Equal(t, "$SYS.ACCOUNT.APP.DISCONNECT", disconnectSubject("APP"))
	assert.Equal(t, []string{"$SYS.ACCOUNT.APP.SERVER.CONNS", "$SYS.SERVER.ACCOUNT.APP.CONNS"}, connsSubjects("APP"))
	assert.Equal(t, "$SYS.SERVER.NID.CLIENT.AUTH.ERR", here.about(authError))
}
