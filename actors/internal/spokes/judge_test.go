package spokes

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/report"
)

func TestVersion(t *testing.T) {
	for text, want := range map[string]bool{"2.10.0": true, "v2.12.4-beta.1": true, "2.10": false, "": false, "a.b.c": false, "2.-1.0": false} {
		_, ok := ParseVersion(text)
		assert.Equal(t, want, ok, text)
	}
	v, _ := ParseVersion("2.9.25")
	for text, before := range map[string]bool{"2.9.24": false, "2.9.25": false, "2.9.26": true, "2.10.0": true, "1.99.99": false, "3.0.0": true} {
		o, _ := ParseVersion(text)
		assert.Equal(t, before, v.Before(o), text)
	}
	assert.Equal(t, "2.9.25", v.String())
}

func TestJudge(t *testing.T) {
	s := &Settings{MinVersion: "2.9.0"}
	for _, tt := range []struct {
		name string
		said string
		want report.CloseReason
	}{
		{"a leaf node", `{"name":"n","cluster":"c","version":"2.12.0"}`, ""},
		{"no JSON", `{`, report.ProtocolViolation},
		{"a client", `{"lang":"go"}`, report.WrongPort},
		{"a gateway", `{"gateway":"g"}`, report.WrongPort},
		{"blanks", `{"cluster":"a b"}`, report.ProtocolViolation},
		{"our cluster", `{"cluster":"ours","version":"2.12.0"}`, report.ClusterNamesIdentical},
		{"too old", `{"version":"2.8.4"}`, report.MinimumVersionRequired},
		{"of no version", `{}`, report.MinimumVersionRequired},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, err := s.judge([]byte(tt.said), "ours")
			if tt.want == "" {
				require.Nil(t, err)
				assert.Equal(t, peer.Server{Name: "n", Cluster: "c", Version: "2.12.0", Hasty: true}, g.server(s))
				return
			}
			require.NotNil(t, err)
			assert.Equal(t, string(tt.want), err.Reason)
			assert.True(t, err.Closes)
		})
	}
	g, err := (&Settings{Isolate: true}).judge([]byte(`{}`), "")
	require.Nil(t, err)
	server := g.server(&Settings{Isolate: true})
	assert.True(t, server.Alone)
}

// TestRoom: so many may be there, and one that comes again takes its own place.
func TestRoom(t *testing.T) {
	l := &Spokes{known: make(map[uint64]*LeafNode)}
	node := func(id uint64, name, account, remote string) *LeafNode {
		return &LeafNode{ID: id, Account: account, Server: peer.Server{Name: name, RemoteAccount: remote}}
	}
	for _, tt := range []struct {
		n      *LeafNode
		before uint64
		room   bool
	}{
		{node(1, "a", "A", "R"), 0, true},
		{node(2, "a", "B", "R"), 0, true}, // in another account
		{node(3, "b", "A", "R"), 0, false},
		{node(4, "a", "A", "R"), 1, true},
		{node(5, "a", "B", ""), 0, false}, // it does not say from which account it is
	} {
		before, room := l.add(tt.n, 2)
		assert.Equal(t, tt.before, before, tt.n.ID)
		assert.Equal(t, tt.room, room, tt.n.ID)
	}
	var ids []uint64
	for _, n := range l.All() {
		ids = append(ids, n.ID)
	}
	assert.Equal(t, []uint64{2, 4}, ids)
}

// FuzzJudge: whatever a server says of itself is judged.
func FuzzJudge(f *testing.F) {
	f.Add([]byte(`{"name":"n","cluster":"c","version":"2.12.0","deny_pub":["a"],"isolate":true}`))
	f.Fuzz(func(t *testing.T, said []byte) {
		g, err := (&Settings{}).judge(said, "ours")
		if (g == nil) == (err == nil) {
			t.Fatal("neither or both")
		}
		if err == nil && !json.Valid(said) {
			t.Fatal("that is no JSON")
		}
	})
}
