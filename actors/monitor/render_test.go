package monitor

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/documents"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// plainly is a document with one of each kind in it.
type plainly struct {
	documents.Head
	Text     string         `json:"text"`
	Yes      bool           `json:"yes,omitempty"`
	Number   float64        `json:"number"`
	Small    uint8          `json:"small"`
	Took     time.Duration  `json:"took"`
	At       *time.Time     `json:"at,omitempty"`
	Nothing  *time.Time     `json:"nothing"`
	Empty    []string       `json:"empty"`
	None     []int          `json:"none"`
	Left     []int          `json:"left,omitempty"`
	Bytes    []byte         `json:"bytes"`
	Many     []plainly      `json:"many"`
	Table    map[string]int `json:"table"`
	Any      any            `json:"any"`
	Fixed    [2]int         `json:"fixed"`
	Unnamed  int
	Hidden   int `json:"-"`
	internal int
	Odd      struct {
		N int `json:"n,string"`
	} `json:"odd"`
	Void  struct{}         `json:"void"`
	State supervisor.State `json:"state"`
}

func TestDocumentsAreWrittenAsJSONIsIndented(t *testing.T) {
	s := start(t)
	for range 3 {
		nc, err := s.site.broker.InProcessConn()
		require.NoError(t, err)
		t.Cleanup(func() { nc.Close() })
		_, err = nc.Write([]byte("CONNECT {}\r\nSUB a.<b> 1\r\nSUB c q 2\r\nPING\r\n"))
		require.NoError(t, err)
	}
	_, _ = get(t, s, "/varz")
	m := s.site.documents
	connz, err := m.Connz(t.Context(), documents.ConnzOptions{Detail: true, Auth: true, State: documents.All})
	require.NoError(t, err)
	subsz, err := m.Subsz(t.Context(), documents.SubszOptions{Subs: true})
	require.NoError(t, err)
	accountz, err := m.Accountz(t.Context(), documents.AccountzOptions{Account: "$G"})
	require.NoError(t, err)
	tree, err := s.site.broker.Tree(10)
	require.NoError(t, err)
	jsz, err := m.Jsz(t.Context(), documents.JszOptions{})
	require.NoError(t, err)
	now := time.Now()
	odd := plainly{Text: "<a> & \"b\"\n\u2028ü", Number: 1e21, Took: time.Second, At: &now, Empty: []string{}, Bytes: []byte("abc"), Table: map[string]int{"b": 1, "a": 2}, Any: []any{1, "x", nil}, internal: 1}
	odd.Many = []plainly{odd, {}}
	for _, document := range []any{
		m.Varz(t.Context()), connz, subsz, accountz, m.AccountStatz(documents.AccountStatzOptions{Unused: true}), jsz, json.RawMessage(`{"a":[1,{"b":"c"}]}`), m.Leafz(t.Context(), documents.LeafzOptions{}), m.Gatewayz(), m.Routez(t.Context(), documents.RoutezOptions{}),
		&actorz{m.Head(), tree}, &supervisionz{m.Head(), []supervisor.Event{{Time: now, Path: "a", Err: errors.New("x"), Stack: []string{"f"}}, {}}},
		struct{}{},
		&odd, odd, nil, []int(nil),
		[]documents.Head{{}},
		&report.Ledger{Dropped: map[string]uint64{"a": 1}},
	} {
		want, err := json.MarshalIndent(document, "", "  ")
		require.NoError(t, err)
		var got strings.Builder
		require.NoError(t, render(&got, document))
		assert.Equal(t, string(want), got.String(), "%T", document)
	}
}

// full is a writer that has room for so many bytes.
type full int

func (f *full) Write(b []byte) (int, error) {
	if *f -= full(len(b)); *f < 0 {
		return 0, errors.New("no room")
	}
	return len(b), nil
}

func TestDocumentEndsWhereThereIsNoRoom(t *testing.T) {
	room := full(3 * step)
	visits := 0
	document := make([]any, 1000)
	for i := range document {
		document[i] = &counted{&visits}
	}
	require.EqualError(t, render(&room, document), "no room")
	assert.Less(t, visits, 1000)
	require.ErrorContains(t, render(new(strings.Builder), []any{func() {}}), "unsupported type")
}

// counted counts how often it is written.
type counted struct{ n *int }

func (c *counted) MarshalText() ([]byte, error) {
	*c.n++
	return []byte(strings.Repeat("x", 100)), nil
}
