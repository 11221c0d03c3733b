package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
	"github.com/troupe-mq/troupe/actors/audit/internal/page"
	"github.com/troupe-mq/troupe/actors/audit/internal/segments"
)

// appendTo appends lines to a log while its broker is down.
func appendTo(t *testing.T, file string, lines ...[]byte) {
	t.Helper()
	write(t, file, append(read(t, file), bytes.Join(lines, nil)...))
}

// recordsFrom are lines as anybody can write them.
func recordsFrom(n, count uint64) []byte {
	p := PayloadLength.page(make(page.Shifts))
	for i := range count {
		r := published(n + i)
		r.Subject = "forged"
		p.Add(n+i, &r, 1)
	}
	return p.Lines
}

// A line that somebody has put into the file is never taken for one of the log: not
// before a start, not after it, and not in a closed segment that is compressed.
func TestLinesWithoutASealAreNeverVouchedFor(t *testing.T) {
	file := logFile(t)
	seed, public := newKey(t)
	c := Config{File: file, Sign: seed, Compress: true}
	o := VerifyOptions{Key: public}
	j := open(t, c)
	j.log(t, 2)
	require.NoError(t, j.Close())
	appendTo(t, file, recordsFrom(3, 2))

	r := verify(t, file, o)
	assert.Equal(t, []int{2, 2, 0}, []int{r.Unsealed, r.UnsealedLines, r.Torn})
	assert.EqualValues(t, 2, r.Last)
	assert.True(t, r.Doubtful())

	began := time.Now().UTC().Format(chain.TimeFormat)
	j = open(t, c)
	j.log(t, 1)
	want := []Repair{{File: file, Line: 8, Records: 2, First: 3, Last: 4}}
	told := func() *Report {
		r := verify(t, file, o)
		assert.GreaterOrEqual(t, r.Repairs[0].Time, began)
		r.Repairs[0].Time = ""
		assert.Equal(t, want, r.Repairs)
		assert.EqualValues(t, 2, r.Unproven)
		assert.Zero(t, r.UnsealedLines)
		return r
	}
	assert.EqualValues(t, 5, told().Last)

	require.NoError(t, j.rotate())
	j.broom <- struct{}{} // it is compressed
	j.log(t, 1)
	closed, err := chain.ClosedSegments(file)
	require.NoError(t, err)
	want[0].File = closed[0].Path
	assert.EqualValues(t, 6, told().Last)

	var unproven []string
	require.NoError(t, Read([]string{file}, func(e *Entry) error {
		if e.Unproven {
			unproven = append(unproven, fmt.Sprint(e.Number, " ", e.Subject))
		}
		return nil
	}))
	assert.Equal(t, []string{"3 forged", "4 forged"}, unproven)
}

// Only what every reader can make a record of stays: none can stumble over it, or take
// it for another.
func TestLinesThatOnlyLookLikeRecordsAreMoved(t *testing.T) {
	for _, text := range []string{
		`{"n":2,"seq"010,"time":"2026-11-23T11:00:10.123456Z","event":"PUB"`,
		`{"n":2,"time":"2026-11-23T11:00:10.123456Z","event":"PUB","n":1`,
		`{"n":2,"time":"yesterday","event":"PUB"`,
		`{"n":2,"time":"2026-11-23T11:00:10.123456Z"`,
		`{"n":3,"time":"2026-11-23T11:00:10.123456Z","event":"PUB"`,
		`{"repaired":1,"time":"t","kept":0,"file":"f"`,
		`{"segment":2,"version":1`,
	} {
		j := open(t, Config{File: logFile(t)})
		j.log(t, 1)
		require.NoError(t, j.Close())
		forged := chain.AppendCheck([]byte(text), 0)
		appendTo(t, j.config.File, forged)
		require.NoError(t, open(t, j.config).Close())
		r := verify(t, j.config.File, VerifyOptions{})
		assert.Zero(t, r.Unproven)
		require.Len(t, r.Repairs, 1, text)
		assert.EqualValues(t, len(forged), r.Repairs[0].Moved)
		assert.Len(t, subjects(t, j.config.File), 1)
	}
}

// However much somebody has appended is not held in memory, and hashes to the same.
func TestManyLinesWithoutASeal(t *testing.T) {
	j := open(t, Config{File: logFile(t)})
	j.log(t, 1)
	require.NoError(t, j.Close())
	appendTo(t, j.config.File, recordsFrom(2, 5000))
	s, err := segments.ReadTail(bytes.NewReader(read(t, j.config.File)), j.size+int64(len(recordsFrom(2, 5000))), nil, isRecord)
	require.NoError(t, err)
	assert.NotNil(t, s.Tape.Spilled)
	assert.Less(t, len(s.Tape.Buf), chain.MostOnTape)
	j = open(t, j.config)
	j.log(t, 1)
	r := verify(t, j.config.File, VerifyOptions{})
	assert.EqualValues(t, 5000, r.Unproven)
	assert.EqualValues(t, 5002, r.Last)
}

// The line that tells of them tells of all: also who makes everything anew cannot have
// it tell of fewer.
func TestWhatAStartHasFoundCannotBeTalkedDown(t *testing.T) {
	file := logFile(t)
	j := open(t, Config{File: file})
	j.log(t, 1)
	require.NoError(t, j.Close())
	appendTo(t, file, recordsFrom(2, 3))
	require.NoError(t, open(t, j.config).Close())
	whole := read(t, file)
	for _, swap := range [][2]string{
		{`"unproven":3`, `"unproven":2`}, {`"from":2`, `"from":3`}, {`"to":4`, `"to":3`}, {`"hash":"`, `"hash":"0`}, {`"unproven":3,`, ``},
	} {
		at := bytes.Index(whole, []byte(`{"repaired"`))
		altered := append(bytes.Clone(whole[:at]), bytes.Replace(whole[at:], []byte(swap[0]), []byte(swap[1]), 1)...)
		require.NotEqual(t, whole, altered)
		write(t, file, recheck(altered))
		_, err := Verify([]string{file}, VerifyOptions{})
		require.ErrorContains(t, err, "other records than are before it", swap[0])
	}
}

// The lines that were written before they said which records they mean.
func TestRepairedWithoutNumbers(t *testing.T) {
	file := logFile(t)
	j := open(t, Config{File: file})
	j.log(t, 1)
	appendTo(t, file, recordsFrom(2, 2))
	var old chain.Group
	for text := range bytes.Lines(recordsFrom(2, 2)) {
		l, err := chain.ParseLine(text[:len(text)-1])
		require.NoError(t, err)
		old.Tape.Line(l)
	}
	old.Last = 3
	old.Note(json.RawMessage(`{"repaired":7,"time":"t","kept":300,"file":"f"}`))
	require.NoError(t, j.write(false, &old))
	r := verify(t, file, VerifyOptions{})
	assert.Equal(t, []Repair{{File: file, Line: 7, Time: "t", Records: 2, First: 2, Last: 3, Moved: 7, Aside: "f"}}, r.Repairs)
	assert.EqualValues(t, 2, r.Unproven)
}
