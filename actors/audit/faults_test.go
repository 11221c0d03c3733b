package audit

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/audit/groupcommit"
	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
	"github.com/troupe-mq/troupe/actors/audit/internal/disk"
	"github.com/troupe-mq/troupe/actors/audit/internal/page"
)

// However much of the last group is on the disk, what is whole of it stays, the
// rest is put aside, and the log says so.
func TestTornTail(t *testing.T) {
	file := logFile(t)
	j := open(t, Config{File: file})
	j.log(t, 1)
	before := j.size
	j.log(t, 2)
	require.NoError(t, j.Close())
	whole, err := os.ReadFile(file)
	require.NoError(t, err)

	torn := logFile(t)
	for cut := int64(0); cut < int64(len(whole)); cut++ {
		if cut < before {
			cut = min(cut+41, before) // what was sealed before is not what a crash tears
		}
		require.NoError(t, os.WriteFile(torn, whole[:cut], 0o600))
		if cut > int64(bytes.IndexByte(whole, '\n')) {
			r := verify(t, torn, VerifyOptions{})
			assert.Equal(t, whole[cut-1] != '\n', r.Torn > 0, "cut %d", cut)
		}
		complete := bytes.Count(whole[:cut], []byte(`{"n":`)) // if the last line is torn it is not
		if cut > 0 && whole[cut-1] != '\n' && bytes.HasPrefix(whole[bytes.LastIndexByte(whole[:cut], '\n')+1:cut], []byte(`{"n":`)) {
			complete--
		}
		if cut > int64(bytes.IndexByte(whole, '\n')) {
			assert.Len(t, subjects(t, torn), complete, "cut %d", cut)
		}

		j := open(t, Config{File: torn})
		require.EqualValues(t, complete, j.state.last, "cut %d", cut)
		j.log(t, 1)
		require.NoError(t, j.Close())
		r := verify(t, torn, VerifyOptions{})
		assert.EqualValues(t, complete+1, r.Last, "cut %d", cut)
		assert.Zero(t, r.Torn+r.Unsealed)

		begun := int64(bytes.Index(whole, []byte("}\n{\"n\":"))) + 2 // where the first seal ends
		moved := whole[bytes.LastIndexByte(whole[:cut], '\n')+1 : cut]
		if cut < begun {
			moved = whole[:cut] // what begins a segment is worth nothing without its seal
		}
		s, _, err := chain.LastSeal(bytes.NewReader(whole), cut)
		require.NoError(t, err)
		unproven := complete - int(s.Last)
		assert.EqualValues(t, unproven, r.Unproven, "cut %d", cut)

		aside, err := filepath.Glob(torn + ".torn-*")
		require.NoError(t, err)
		now, err := os.ReadFile(torn)
		require.NoError(t, err)
		assert.Equal(t, len(moved)+unproven > 0, bytes.Contains(now, []byte(`{"repaired":`)))
		if len(moved) == 0 {
			assert.Empty(t, aside)
			continue
		}
		require.Len(t, aside, 1)
		text, err := os.ReadFile(aside[0])
		require.NoError(t, err)
		assert.Equal(t, string(moved), string(text))
		require.NoError(t, os.Remove(aside[0]))
	}
}

func TestWhatIsNoLogIsLeftAlone(t *testing.T) {
	for _, text := range []string{"hello\n", "hello", `{"a":1}` + "\n", `{"segment":1}` + "\n"} {
		file := logFile(t)
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		_, _, err := Tap(Config{File: file})
		require.Error(t, err)
		after, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, text, string(after))
	}
}

// faultyDisk fails when it is told to.
type faultyDisk struct {
	disk.OS
	room int   // bytes that can be written; negative: no limit
	sync error // what Sync says
	move error // what rename says
}

type faultyFile struct {
	disk.File
	disk *faultyDisk
}

var errFull = errors.New("no space left")

func (d *faultyDisk) Open(path string) (disk.File, error) {
	f, err := d.OS.Open(path)
	if err != nil {
		return nil, err
	}
	return faultyFile{f, d}, nil
}

func (d *faultyDisk) Rename(from, to string) error {
	if d.move != nil {
		return d.move
	}
	return d.OS.Rename(from, to)
}

func (f faultyFile) Write(b []byte) (int, error) {
	if f.disk.room >= 0 && len(b) > f.disk.room {
		n, _ := f.File.Write(b[:f.disk.room])
		f.disk.room = 0
		return n, errFull
	}
	if f.disk.room >= 0 {
		f.disk.room -= len(b)
	}
	return f.File.Write(b)
}

func (f faultyFile) Sync() error {
	if f.disk.sync != nil {
		return f.disk.sync
	}
	return f.File.Sync()
}

// A page that could not be stored whole is not in the log at all.
func TestFailedWritesLeaveNothing(t *testing.T) {
	for _, tt := range []struct {
		name string
		harm func(*faultyDisk)
	}{
		{"full", func(d *faultyDisk) { d.room = 0 }},
		{"nearly full", func(d *faultyDisk) { d.room = 300 }},
		{"no sync", func(d *faultyDisk) { d.sync = errFull }},
		{"no rename", func(d *faultyDisk) { d.move = errFull }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &faultyDisk{room: -1}
			j := open(t, Config{File: logFile(t), MaxSize: 1200, Sync: SyncAlways, disk: d})
			j.log(t, 3)
			tt.harm(d)
			p := PayloadLength.page(make(page.Shifts))
			for n := range uint64(5) {
				r := published(n + 4)
				p.Add(n+4, &r, 1)
			}
			require.ErrorIs(t, j.Commit(t.Context(), []groupcommit.Page{p}), errFull)
			require.ErrorIs(t, j.Commit(t.Context(), []groupcommit.Page{p}), errClosed)
			*d = faultyDisk{room: -1}
			next, err := j.Open(t.Context())
			require.NoError(t, err)
			assert.EqualValues(t, 4, next)
			j.log(t, 5)
			assert.EqualValues(t, 8, verify(t, j.config.File, VerifyOptions{}).Last)
			assert.Len(t, subjects(t, j.config.File), 8)
		})
	}
}

func TestSyncInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &faultyDisk{room: -1}
		j := open(t, Config{File: logFile(t), Sync: SyncInterval, disk: d})
		_, err := j.Tend()
		require.NoError(t, err)
		j.log(t, 1)
		due, err := j.Tend()
		require.NoError(t, err)
		assert.Equal(t, defaultInterval, time.Until(due))
		<-time.After(defaultInterval)
		due, err = j.Tend()
		require.NoError(t, err)
		assert.Equal(t, defaultInterval, time.Until(due), "to hear what became of it")
		<-time.After(defaultInterval)
		due, err = j.Tend()
		require.NoError(t, err)
		assert.Zero(t, due)

		d.sync = errFull
		j.log(t, 1)
		for range 2 {
			require.NoError(t, err)
			<-time.After(defaultInterval)
			_, err = j.Tend()
		}
		require.ErrorIs(t, err, errFull)
	})
}
