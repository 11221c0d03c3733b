package sqlite

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/audit/groupcommit"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
)

// What is acknowledged is in the table, also when a broker is started again.
func TestTable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "audit.db")
	for range 2 {
		spec, produce, err := Tap(Config{File: file, Policy: tap.Block, Payload: tap.PayloadFirst(3)})
		require.NoError(t, err)
		b := actorstest.Start(t, actors.Config{})
		require.NoError(t, b.AddTap(spec, produce))
		c := b.Client(t)
		c.Send(`CONNECT {"verbose":true}`)
		c.Expect("+OK")
		c.Send("PUB orders.new 5", "h\xff\x00lo", "SUB a 1")
		c.Expect("+OK", "+OK")
		c.Close()
		require.NoError(t, b.RemoveTap(spec.Name))
	}
	db, err := sql.Open("sqlite", file)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	var count, last, size int
	var outcome string
	var payload []byte
	require.NoError(t, db.QueryRow(`SELECT count(*), max(size), max(outcome), max(payload) FROM audit WHERE event = 'PUB' AND subject = 'orders.new'`).
		Scan(&count, &size, &outcome, &payload))
	assert.Equal(t, 2, count)
	assert.Equal(t, 5, size)
	assert.Equal(t, "accepted", outcome)
	assert.Equal(t, "h\xff\x00", string(payload))
	require.NoError(t, db.QueryRow(`SELECT count(*), max(n) FROM audit`).Scan(&count, &last))
	assert.Equal(t, count, last, "numbers go on")
}

// A page that cannot be stored leaves no trace.
func TestFailure(t *testing.T) {
	s := &store{file: filepath.Join(t.TempDir(), "audit.db")}
	next, err := s.Open(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 1, next)
	p := new(page)
	p.Add(1, &tap.Record{Kind: tap.Published}, 1)
	p.Add(1, &tap.Record{Kind: tap.Published}, 1)
	require.ErrorContains(t, s.Commit(t.Context(), []groupcommit.Page{p}), "UNIQUE")
	require.ErrorContains(t, s.Commit(t.Context(), []groupcommit.Page{p}), "is closed")
	next, err = s.Open(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 1, next)
	require.NoError(t, s.Close())
	_, _, err = Tap(Config{File: filepath.Join(t.TempDir(), "no", "folder")})
	require.Error(t, err)
}

// A page is as large as what clients have put into it.
func TestPageSize(t *testing.T) {
	const text = "0123456789"
	o := &report.Origin{User: text, Account: text, Address: text}
	r := &tap.Record{
		Origin: o, Subject: text, Reply: text, Queue: text, SID: text, Reason: text, Tap: text, Payload: []byte(text),
	}
	p := new(page)
	p.Add(1, r, 3)
	assert.Equal(t, 3*(rowSize+10*len(text)), p.Size())
}
