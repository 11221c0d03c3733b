package audit

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
	"github.com/troupe-mq/troupe/actors/audit/internal/page"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/supervisor"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 123456789, time.FixedZone("", 3600))

var ann = &report.Origin{CID: 7, Kind: "nats", Address: "127.0.0.1:5", User: "ann", Account: "A", Name: "n", Lang: "go", Version: "1"}

// lineOf is the line that a record makes, without its check.
func lineOf(t *testing.T, payload Payload, r tap.Record) string {
	t.Helper()
	p := payload.page(make(page.Shifts))
	p.Add(1, &r, 1)
	require.True(t, json.Valid(p.Lines), "%s", p.Lines)
	l, err := chain.ParseLine(bytes.TrimSuffix(p.Lines, []byte{'\n'}))
	require.NoError(t, err)
	return string(l.Body) + "}"
}

func TestLines(t *testing.T) {
	const who = `"time":"2026-11-23T11:00:00.123456Z","cid":7,"user":"ann","account":"A","addr":"127.0.0.1:5",`
	publish := tap.Record{
		Kind: tap.Published, Time: noon, Origin: ann, Seq: 9, Subject: "a.b", Reply: "r", Size: 5, Headers: 2,
		Outcome: tap.OutcomeDelivered, Copies: 3,
	}
	with := func(payload string) tap.Record { r := publish; r.Payload = []byte(payload); return r }
	tests := []struct {
		name    string
		payload Payload
		record  tap.Record
		want    string
	}{
		{"no payload", PayloadNone, publish, `{"n":1,"seq":9,` + who + `"event":"PUB","subject":"a.b","reply":"r","copies":3}`},
		{"length", PayloadLength, publish, `{"n":1,"seq":9,` + who + `"event":"PUB","subject":"a.b","reply":"r","size":5,"headers":2,"copies":3}`},
		{"all", PayloadAll, with("h\"\n"), `{"n":1,"seq":9,` + who + `"event":"PUB","subject":"a.b","reply":"r","size":5,"headers":2,"payload":"h\"\u000a","copies":3}`},
		{"first, no text", PayloadFirst(2), with("\xff\x00"), `{"n":1,"seq":9,` + who + `"event":"PUB","subject":"a.b","reply":"r","size":5,"headers":2,"payload64":"/wA=","copies":3}`},
		{"hash", PayloadSHA256, with("\x01\xab"), `{"n":1,"seq":9,` + who + `"event":"PUB","subject":"a.b","reply":"r","size":5,"headers":2,"sha256":"01ab","copies":3}`},
		{
			"denied", PayloadNone,
			tap.Record{Kind: tap.Denied, Time: noon, Origin: ann, Subject: "x", SID: "1", Queue: "q", Reason: "no"},
			`{"n":1,"seq":0,` + who + `"event":"SUB","subject":"x","queue":"q","sid":"1","outcome":"denied","reason":"no"}`,
		},
		{
			"auth failed", PayloadNone,
			tap.Record{Kind: tap.AuthFailed, Time: noon, Origin: &report.Origin{CID: 7, Tried: "joe", Kind: "nats", Name: "n"}, Outcome: tap.OutcomeDenied, Reason: "no"},
			`{"n":1,"seq":0,"time":"2026-11-23T11:00:00.123456Z","cid":7,"event":"auth_failed","tried":"joe","kind":"nats","name":"n","outcome":"denied","reason":"no"}`,
		},
		{
			"unsub", PayloadNone,
			tap.Record{Kind: tap.Unsubscribed, Time: noon, Origin: ann, SID: "1", Max: 4},
			`{"n":1,"seq":0,` + who + `"event":"UNSUB","sid":"1","max":4,"outcome":"accepted"}`,
		},
		{
			"connected", PayloadNone,
			tap.Record{Kind: tap.Connected, Time: noon, Origin: ann},
			`{"n":1,"seq":0,` + who + `"event":"connected","kind":"nats","name":"n","lang":"go","version":"1"}`,
		},
		{
			"gap", PayloadNone,
			tap.Record{Time: noon, Gap: &tap.Gap{From: noon, To: noon, Count: 8, Reason: "slow"}},
			`{"n":1,"time":"2026-11-23T11:00:00.123456Z","event":"gap","from":"2026-11-23T11:00:00.123456Z","to":"2026-11-23T11:00:00.123456Z","count":8,"reason":"slow"}`,
		},
		{
			"refused", PayloadNone,
			tap.Record{Time: noon, Outcome: tap.OutcomeRefused},
			`{"n":1,"time":"2026-11-23T11:00:00.123456Z","event":"refused","from":"0001-01-01T00:00:00.000000Z","to":"0001-01-01T00:00:00.000000Z","count":0,"reason":""}`,
		},
		{
			"supervision", PayloadNone,
			tap.Record{Kind: tap.Supervision, Time: noon, Supervision: &supervisor.Event{What: supervisor.Failed, Path: "p", Failure: "f"}},
			`{"n":1,"time":"2026-11-23T11:00:00.123456Z","event":"supervision","what":"failed","path":"p","failure":"f"}`,
		},
		{
			"tap", PayloadNone,
			tap.Record{Kind: tap.TapAdded, Time: noon, Tap: "x"},
			`{"n":1,"time":"2026-11-23T11:00:00.123456Z","event":"tap_added","tap":"x"}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, lineOf(t, tt.payload, tt.record))
		})
	}
}

// What clients call themselves and their subjects comes back as it was.
func TestHostileText(t *testing.T) {
	for _, text := range []string{
		`"`, `\`, "\x00\x1f\x7f", "\r\n", "\xff\xfe", "\xed\xa0\x80", `,"event":"`, `","time":"x","event":"`, "\u2028\U0001F600", `"}` + "\n", strings.Repeat(`\"`, 999),
	} {
		o := report.Origin{CID: 1, User: text, Tried: text, Account: text, Name: text, Lang: text, Version: text}
		r := tap.Record{Kind: tap.Connected, Time: noon, Origin: &o, Subject: text, Reply: text, Queue: text, SID: text, Reason: text}
		p := PayloadAll.page(make(page.Shifts))
		p.Add(1, &r, 1)
		r.Kind, r.Payload = tap.Published, []byte(text)
		p.Add(2, &r, 1)
		for i, line := range bytes.Split(bytes.TrimSuffix(p.Lines, []byte{'\n'}), []byte{'\n'}) {
			e, err := parseEntry(line)
			require.NoError(t, err)
			got := []string{e.User, e.Account, e.Subject, e.Reply, e.Queue, e.SID, e.Reason}
			if i == 0 {
				got = append(got, e.Tried, e.Name, e.Lang, e.Version)
			} else {
				got = append(got, string(e.Payload))
			}
			for _, g := range got {
				assert.Equal(t, text, g)
			}
			l, err := chain.ParseLine(line)
			require.NoError(t, err)
			var read chain.Tape
			assert.True(t, read.Line(l))
		}
	}
}

// The writer's tape and that of who reads the lines are the same.
func TestTapeIsThatOfTheLines(t *testing.T) {
	bob := *ann
	bob.User, bob.CID = "bob,", 8
	twin := *ann
	var records []tap.Record
	for i := range 64 {
		o := []*report.Origin{ann, &bob, &twin, nil}[i/3%4]
		r := tap.Record{
			Kind: tap.Published, Time: noon.Add(time.Duration(i/20) * time.Hour), Origin: o, Seq: uint64(i),
			Subject: []string{"a", "b"}[i/5%2], Size: i / 9, Outcome: tap.OutcomeDelivered, Copies: i / 11,
		}
		if i%13 == 0 {
			r = tap.Record{Kind: tap.Subscribed, Time: noon, Origin: o, Subject: "s", SID: "1"}
		}
		records = append(records, r)
	}
	p := PayloadLength.page(make(page.Shifts))
	for round := range 2 {
		p.Reset()
		var read chain.Tape
		for i, r := range records {
			p.Add(uint64(i+1), &r, 1)
		}
		n := 0
		for text := range bytes.Lines(p.Lines) {
			l, err := chain.ParseLine(text[:len(text)-1])
			require.NoError(t, err)
			require.True(t, read.Line(l))
			alone := PayloadLength.page(make(page.Shifts))
			alone.Add(uint64(n+1), &records[n], 1)
			assert.Equal(t, string(alone.Lines), string(text), "what is copied from the line before is what would be written")
			n++
		}
		assert.Equal(t, len(records), n)
		assert.Equal(t, string(p.Tape.Buf), string(read.Buf), "round %d", round)
		assert.Less(t, len(p.Tape.Buf), len(p.Lines))
	}
}
