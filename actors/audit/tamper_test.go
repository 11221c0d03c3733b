package audit

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/audit/groupcommit"
	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
	"github.com/troupe-mq/troupe/actors/audit/internal/page"
	"github.com/troupe-mq/troupe/actors/audit/internal/segments"
	"github.com/troupe-mq/troupe/actors/tap"
)

// sealedLog is a log of three segments and nine records.
func sealedLog(t testing.TB) (live string, files []string) {
	t.Helper()
	return sealedLogBy(t, "")
}

// sealedLogBy is one that is signed.
func sealedLogBy(t testing.TB, seed string) (live string, files []string) {
	t.Helper()
	live = filepath.Join(t.TempDir(), "audit.log")
	j, err := newJournal(Config{File: live, Sync: SyncNone, Sign: seed})
	require.NoError(t, err)
	next, err := j.Open(t.Context())
	require.NoError(t, err)
	p := PayloadLength.page(make(page.Shifts))
	for range 3 {
		for group := range 2 {
			p.Reset()
			for range group + 1 {
				r := published(next)
				p.Add(next, &r, 1)
				next++
			}
			require.NoError(t, j.Commit(t.Context(), []groupcommit.Page{p}))
		}
		if next < 9 {
			require.NoError(t, j.rotate())
		}
	}
	require.NoError(t, j.Close())
	closed, err := chain.ClosedSegments(live)
	require.NoError(t, err)
	for _, s := range closed {
		files = append(files, s.Path)
	}
	files = append(files, live)
	require.Len(t, files, 3)
	verified, err := Verify([]string{live}, VerifyOptions{})
	require.NoError(t, err)
	require.EqualValues(t, 9, verified[0].Last)
	return live, files
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return b
}

func write(t testing.TB, path string, b []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, b, 0o600))
}

// A byte that is changed is found, in the line in which it stands.
func TestEveryChangedByteIsFound(t *testing.T) {
	live, files := sealedLog(t)
	for i, file := range files[1:] {
		whole := read(t, file)
		for at, was := range whole {
			if i == 0 && at%7 != 0 { // the live one at every byte, this one is like it
				continue
			}
			altered := bytes.Clone(whole)
			altered[at] = []byte{was ^ 1, was ^ 0x20, '\n'}[(at+i)%3]
			if altered[at] == was {
				continue
			}
			write(t, file, altered)
			_, err := Verify([]string{live}, VerifyOptions{})
			broken, ok := errors.AsType[*BrokenError](err)
			if !ok {
				require.FailNow(t, "not found", "%s byte %d: %v", file, at, err)
			}
			require.Equal(t, file, broken.File)
			require.Equal(t, 1+bytes.Count(whole[:at], []byte{'\n'}), broken.Line, "byte %d: %v", at, err)
		}
		write(t, file, whole)
	}
}

// Whoever knows the format can make the check of a line right again.
func forge(text []byte) []byte {
	body := text[:len(text)-chain.CheckLen-1]
	return chain.AppendCheck(bytes.Clone(body), 0)
}

func TestTampering(t *testing.T) {
	swap := func(b []byte, from, to string) []byte {
		out := bytes.Replace(b, []byte(from), []byte(to), 1)
		if bytes.Equal(out, b) {
			panic(from)
		}
		return out
	}
	tests := []struct {
		name string
		file int // 0 is the oldest
		do   func(lines [][]byte) [][]byte
		want string
	}{
		{"a record altered and its check forged", 1, func(l [][]byte) [][]byte {
			l[2] = forge(swap(l[2], "s.4", "s.5"))
			return l
		}, ":3: record 4: lines 3 to 4 do not have the hash of their seal"},
		{"a user altered in two lines that have it in common", 1, func(l [][]byte) [][]byte {
			l[4], l[5] = forge(swap(l[4], "ann", "bob")), forge(swap(l[5], "ann", "bob"))
			return l
		}, ":5: record 5: lines 5 to 7 do not have the hash of their seal"},
		{
			"a record deleted", 0, func(l [][]byte) [][]byte { return slices.Delete(l, 2, 3) },
			":3: record 1: the seal is of the records up to 1",
		},
		{
			"a record deleted inside a group", 0, func(l [][]byte) [][]byte { return slices.Delete(l, 4, 5) },
			":5: record 2: the record that is here has number 3",
		},
		{
			"records exchanged", 0, func(l [][]byte) [][]byte { l[4], l[5] = l[5], l[4]; return l },
			":5: record 2: the record that is here has number 3",
		},
		{
			"a record twice", 0, func(l [][]byte) [][]byte { return slices.Insert(l, 5, l[4]) },
			":6: record 3: the record that is here has number 2",
		},
		{
			"a seal deleted", 0, func(l [][]byte) [][]byte { return slices.Delete(l, 3, 4) },
			":3: record 1: lines 3 to 6 do not have the hash of their seal",
		},
		{
			"a whole group deleted", 0, func(l [][]byte) [][]byte { return slices.Delete(l, 2, 4) },
			":3: record 1: the record that is here has number 2",
		},
		{
			"the last group of a closed segment deleted", 0, func(l [][]byte) [][]byte { return slices.Delete(l, 4, 7) },
			":5: record 2: the seal is of the records up to 3",
		},
		{
			"a closed segment cut", 0, func(l [][]byte) [][]byte { return l[:7] },
			":7: record 4: the segment ends without the seal that closes it",
		},
		{
			"an empty line", 2, func(l [][]byte) [][]byte { return slices.Insert(l, 3, []byte("\n")) },
			":4: record 8: the line does not end with its check",
		},
		{
			"lines behind the end of a segment", 0, func(l [][]byte) [][]byte { return append(l, l[2]) },
			":9: record 4: there is more behind the seal",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			live, files := sealedLog(t)
			text := bytes.SplitAfter(read(t, files[tt.file]), []byte{'\n'})
			text = tt.do(text[:len(text)-1])
			write(t, files[tt.file], bytes.Join(text, nil))
			_, err := Verify([]string{live}, VerifyOptions{})
			require.ErrorContains(t, err, files[tt.file]+tt.want)
		})
	}
}

func TestSegmentsThatAreMissingOrExchanged(t *testing.T) {
	live, files := sealedLog(t)
	for i, want := range []string{
		"the segment is number 2, and 1 to 1 are not here",
		"the segment is number 3, and not 2",
		"the log goes on in segment 3, which is not here",
	} {
		away := files[i] + "~"
		require.NoError(t, os.Rename(files[i], away))
		_, err := Verify([]string{filepath.Dir(live)}, VerifyOptions{})
		require.ErrorContains(t, err, want)
		require.NoError(t, os.Rename(away, files[i]))
	}
	one, two := read(t, files[0]), read(t, files[1])
	write(t, files[0], two)
	write(t, files[1], one)
	_, err := Verify([]string{live}, VerifyOptions{})
	require.ErrorContains(t, err, "has another one's name")
	write(t, files[0], one)
	write(t, files[1], two)

	other, others := sealedLog(t)
	write(t, files[1], read(t, others[1]))
	_, err = Verify([]string{live}, VerifyOptions{})
	require.ErrorContains(t, err, "does not follow the one before", "a segment of another log: %s", other)
	write(t, files[1], two)

	reports, err := Verify([]string{files[2], files[0], files[1], files[0]}, VerifyOptions{})
	require.NoError(t, err, "in any order")
	assert.Equal(t, 3, reports[0].Segments)
	_, err = Verify(files[1:2], VerifyOptions{})
	require.NoError(t, err, "a closed segment by itself")
}

// The decoder makes something of any line, and all of it of the encoder's.
func FuzzLine(f *testing.F) {
	f.Add([]byte(`{"n":1,"time":"","event":"PUB","crc":"00000000"}`))
	f.Add([]byte(`{"seal":1,"hash":"","crc":"00000000"}`))
	_, files := sealedLog(f)
	for text := range bytes.Lines(read(f, files[0])) {
		f.Add(text[:len(text)-1])
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) >= chain.CheckLen {
			text = bytes.TrimSuffix(forge(append(bytes.Clone(text), '\n')), []byte{'\n'})
		}
		l, err := chain.ParseLine(text)
		if err != nil {
			return
		}
		var read chain.Tape
		read.Line(l)
		_, _ = parseEntry(text)
		_, _, _ = chain.ParseHead(l)
		if s, err := chain.ParseSeal(l); err == nil {
			assert.True(t, bytes.HasPrefix(l.Body, s.Front))
		}
	})
}

func FuzzText(f *testing.F) {
	f.Add([]byte("a\"\xff"), "s")
	f.Add([]byte("\u2028\u009b31m"), "\u202es\U000e0041")
	f.Fuzz(func(t *testing.T, payload []byte, subject string) {
		p := PayloadAll.page(make(page.Shifts))
		p.Add(1, &tap.Record{Kind: tap.Published, Time: noon, Subject: subject, Payload: payload}, 1)
		for _, r := range string(p.Lines[:len(p.Lines)-1]) {
			assert.True(t, strconv.IsPrint(r), "%q", r)
		}
		e, err := parseEntry(bytes.TrimSuffix(p.Lines, []byte{'\n'}))
		require.NoError(t, err)
		assert.Equal(t, subject, e.Subject)
		assert.Equal(t, string(payload), string(e.Payload))
	})
}

// The end of a compressed file that is cut off is an error and not the end.
func TestCutCompressedSegment(t *testing.T) {
	live, files := sealedLog(t)
	require.NoError(t, segments.Compress(files[0]))
	_, err := Verify([]string{live}, VerifyOptions{})
	require.NoError(t, err)
	z := files[0] + chain.Gzipped
	whole := read(t, z)
	write(t, z, whole[:len(whole)-9])
	_, err = Verify([]string{live}, VerifyOptions{})
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}
