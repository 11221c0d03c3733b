package audit

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
	"github.com/troupe-mq/troupe/actors/audit/internal/page"
)

// The log does not go on behind what somebody else has sealed, and changes nothing.
func TestNothingIsSignedBehindForeignSeals(t *testing.T) {
	stranger, _ := newKey(t)
	for name, tt := range map[string]struct {
		forge func(p *page.Page, j *journal) []byte
		want  string
	}{
		"by nobody": {func(p *page.Page, j *journal) []byte {
			_, err := p.Seal(j.state.hash, noon, false, nil)
			require.NoError(t, err)
			return p.Lines
		}, chain.ErrUnsigned.Error()},
		"by a stranger": {func(p *page.Page, j *journal) []byte {
			key, _, err := readKey(stranger)
			require.NoError(t, err)
			_, err = p.Seal(j.state.hash, noon, false, key)
			require.NoError(t, err)
			return p.Lines
		}, chain.ErrStranger.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			seed, _ := newKey(t)
			j := open(t, Config{File: logFile(t), Sign: seed})
			j.log(t, 1)
			require.NoError(t, j.Close())
			p := PayloadLength.page(make(page.Shifts))
			r := published(2)
			p.Add(2, &r, 1)
			appendTo(t, j.config.File, tt.forge(p, j))
			before := read(t, j.config.File)
			_, _, err := Tap(j.config)
			require.ErrorContains(t, err, "the last seal: "+tt.want)
			assert.Equal(t, string(before), string(read(t, j.config.File)))
		})
	}
}

// Which segments have been removed by right is said by a segment's first line. One
// that is not sealed is not believed, and one that has been altered is not gone on
// with: else the next rotation would remove what is to be hidden, and sign that.
func TestWhatWasRemovedIsNotTakenOnTrust(t *testing.T) {
	seed, public := newKey(t)
	live, files := sealedLogBy(t, seed)
	c := Config{File: live, Sign: seed, Sync: SyncNone}
	whole := read(t, live)
	older := bytes.Replace(whole, []byte(`"oldest":1`), []byte(`"oldest":3`), 1)

	write(t, live, recheck(older))
	_, _, err := Tap(c)
	require.ErrorContains(t, err, "they have been altered")

	write(t, live, recheck(older[:bytes.IndexByte(older, '\n')+1]))
	j := open(t, c)
	j.log(t, 1)
	require.NoError(t, j.rotate())
	j.broom <- struct{}{}
	require.NoError(t, j.Close())
	assert.FileExists(t, files[0])
	r := verify(t, live, VerifyOptions{Key: public})
	assert.EqualValues(t, 1, r.First)
	require.Len(t, r.Repairs, 1)
	assert.Positive(t, r.Repairs[0].Moved)

	// The same where the live segment is gone, and the closed one before tells.
	require.NoError(t, os.Remove(live))
	closed, err := chain.ClosedSegments(live)
	require.NoError(t, err)
	last := closed[len(closed)-1].Path
	whole = read(t, last)
	write(t, last, recheck(bytes.Replace(whole, []byte(`"oldest":1`), []byte(`"oldest":4`), 1)))
	_, _, err = Tap(c)
	require.ErrorContains(t, err, "they have been altered")
	write(t, last, whole[:bytes.LastIndexByte(whole[:len(whole)-1], '\n')+1])
	_, _, err = Tap(c)
	require.ErrorContains(t, err, "not the seal that closes the segment")
}

// A segment without its first seal, and with others, is not put away.
func TestSegmentWithoutItsFirstSeal(t *testing.T) {
	j := open(t, Config{File: logFile(t)})
	j.log(t, 1)
	require.NoError(t, j.Close())
	lines := bytes.SplitAfter(read(t, j.config.File), []byte{'\n'})
	lines[1][5] ^= 1
	write(t, j.config.File, bytes.Join(lines, nil))
	_, _, err := Tap(j.config)
	require.ErrorContains(t, err, "its first line has no seal, and others do")
}

// What is behind the seal that closes a segment is put aside, and the log goes on in
// the next one.
func TestLinesBehindTheClosingSeal(t *testing.T) {
	j := open(t, Config{File: logFile(t)})
	j.log(t, 2)
	j.control.Reset()
	j.control.Last = j.state.last
	require.NoError(t, j.write(true, &j.control))
	require.NoError(t, j.Close())
	appendTo(t, j.config.File, recordsFrom(3, 1))
	j = open(t, j.config)
	j.log(t, 1)
	r := verify(t, j.config.File, VerifyOptions{})
	assert.EqualValues(t, 3, r.Last)
	assert.Zero(t, r.Unproven)
	require.Len(t, r.Repairs, 1)
	aside := read(t, filepath.Join(filepath.Dir(j.config.File), r.Repairs[0].Aside))
	assert.Equal(t, string(recordsFrom(3, 1)), string(aside))
}

// A file is not removed for what it or another one is called.
func TestAgeIsNotTakenFromNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := open(t, Config{File: logFile(t), Keep: Keep{Age: time.Hour}})
		for range 3 {
			j.log(t, 1)
			require.NoError(t, j.rotate())
		}
		closed, err := chain.ClosedSegments(j.config.File)
		require.NoError(t, err)
		old := chain.ClosedName(j.config.File, 2, time.Now().Add(-48*time.Hour))
		require.NoError(t, os.Rename(closed[1].Path, old))
		stem := strings.TrimSuffix(j.config.File, ".log")
		write(t, stem+"-19990101T000000Z-000077.log", read(t, closed[0].Path))
		write(t, stem+"-19990101T000000Z-000078.log", nil)
		j.log(t, 1)
		require.NoError(t, j.rotate())
		j.broom <- struct{}{}
		assert.FileExists(t, closed[0].Path)
		assert.FileExists(t, old)
		assert.Equal(t, 1, j.state.oldest)
	})
}

// The last seal is found wherever it is, and whatever is behind it.
func TestLastSeal(t *testing.T) {
	p := PayloadLength.page(make(page.Shifts))
	r := published(1)
	p.Add(1, &r, 1)
	hash, err := p.Seal(chain.Digest{}, noon, false, nil)
	require.NoError(t, err)
	text := p.Lines
	for _, behind := range []int{0, 1, 500, 64<<10 - 300, 64<<10 - 100, 64<<10 - 9, 64 << 10, 64<<10 + 1, 128<<10 - 150, 200_000} {
		rest := strings.Repeat(`{"seal":1,`+"\n", behind/11+1)[:behind]
		file := append(bytes.Clone(text), rest...)
		s, end, err := chain.LastSeal(bytes.NewReader(file), int64(len(file)))
		require.NoError(t, err)
		assert.Equal(t, hex.EncodeToString(hash[:]), hex.EncodeToString(s.Hash[:]), "%d behind", behind)
		assert.EqualValues(t, len(text), end)
	}
	_, end, err := chain.LastSeal(strings.NewReader("a\nb"), 3)
	require.NoError(t, err)
	assert.Zero(t, end)
}
