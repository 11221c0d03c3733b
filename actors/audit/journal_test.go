package audit

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nats-io/nkeys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/audit/groupcommit"
	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
	"github.com/troupe-mq/troupe/actors/audit/internal/page"
	"github.com/troupe-mq/troupe/actors/tap"
)

// published is a record of a message on a subject of its own.
func published(n uint64) tap.Record {
	return tap.Record{
		Kind: tap.Published, Time: noon.Add(time.Duration(n) * time.Second), Origin: ann, Seq: n,
		Subject: fmt.Sprintf("s.%d", n), Size: 3, Outcome: tap.OutcomeAccepted,
	}
}

// open opens a journal, which is closed with the test. Unless it is told to, it
// does not wait for the disk.
func open(t testing.TB, c Config) *journal {
	t.Helper()
	c.Sync = cmp.Or(c.Sync, SyncNone)
	j, err := newJournal(c)
	require.NoError(t, err)
	_, err = j.Open(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { _ = j.Close() })
	return j
}

// log writes a group of records, numbered on from the last one.
func (j *journal) log(t testing.TB, count int) {
	t.Helper()
	p := PayloadLength.page(make(page.Shifts))
	for n := j.state.last + 1; n <= j.state.last+uint64(count); n++ {
		r := published(n)
		p.Add(n, &r, 1)
	}
	require.NoError(t, j.Commit(context.Background(), []groupcommit.Page{p}))
}

func verify(t *testing.T, path string, o VerifyOptions) *Report {
	t.Helper()
	reports, err := Verify([]string{path}, o)
	require.NoError(t, err)
	require.Len(t, reports, 1)
	return reports[0]
}

// subjects are those of all records in the log.
func subjects(t *testing.T, path string) (all []string) {
	t.Helper()
	require.NoError(t, Read([]string{path}, func(e *Entry) error {
		all = append(all, e.Subject)
		return nil
	}))
	return all
}

func logFile(t *testing.T) string { return filepath.Join(t.TempDir(), "audit.log") }

func TestLogGoesOn(t *testing.T) {
	file := logFile(t)
	for range 3 {
		j := open(t, Config{File: file})
		j.log(t, 2)
		j.log(t, 1)
		require.NoError(t, j.Close())
	}
	r := verify(t, file, VerifyOptions{})
	assert.Equal(t, Report{Log: file, Segments: 1, Seals: 7, First: 1, Last: 9, Hash: r.Hash}, *r)
	assert.Len(t, subjects(t, file), 9)
	verify(t, file, VerifyOptions{Seal: r.Hash})
	_, err := Verify([]string{file}, VerifyOptions{Seal: strings.Repeat("0", 64)})
	require.ErrorContains(t, err, "is not in the log")
}

func TestSignatures(t *testing.T) {
	file := logFile(t)
	seedFile, public := newKey(t)
	strangersFile, stranger := newKey(t)

	j := open(t, Config{File: file, Sign: seedFile})
	j.log(t, 2)
	require.NoError(t, j.Close())
	assert.Equal(t, public, verify(t, file, VerifyOptions{Key: public}).Signer)
	_, err := Verify([]string{file}, VerifyOptions{Key: stranger})
	require.ErrorContains(t, err, "not signed with this key")

	j = open(t, Config{File: file})
	j.log(t, 1)
	require.NoError(t, j.Close())
	_, err = Verify([]string{file}, VerifyOptions{Key: public})
	require.ErrorContains(t, err, "audit.log:7: record 4: the seal is not signed")

	for seed, want := range map[string]error{seedFile: chain.ErrUnsigned, strangersFile: chain.ErrStranger} {
		_, _, err = Tap(Config{File: file, Sign: seed})
		require.ErrorIs(t, err, want, "nothing is signed behind what somebody else has sealed")
	}
}

// newKey makes the file of a seed, and its public key.
func newKey(t testing.TB) (file, public string) {
	t.Helper()
	key, err := nkeys.CreateUser()
	require.NoError(t, err)
	seed, err := key.Seed()
	require.NoError(t, err)
	file = filepath.Join(t.TempDir(), "seed")
	require.NoError(t, os.WriteFile(file, append(seed, '\n'), 0o600))
	public, err = key.PublicKey()
	require.NoError(t, err)
	return file, public
}

func TestRotation(t *testing.T) {
	for _, compress := range []bool{false, true} {
		t.Run(fmt.Sprintf("compress %t", compress), func(t *testing.T) {
			file := logFile(t)
			j := open(t, Config{File: file, MaxSize: 3000, Compress: compress})
			for range 20 {
				j.log(t, 5)
			}
			j.broom <- struct{}{} // what is being tidied is
			require.NoError(t, j.Close())
			r := verify(t, file, VerifyOptions{})
			assert.Greater(t, r.Segments, 4)
			assert.EqualValues(t, 100, r.Last)
			assert.Len(t, subjects(t, file), 100)
			closed, err := chain.ClosedSegments(file)
			require.NoError(t, err)
			assert.Len(t, closed, r.Segments-1)
			assert.Equal(t, compress, strings.HasSuffix(closed[0].Path, chain.Gzipped))

			// Without the live one, which a crash may leave behind, the next start goes on.
			require.NoError(t, os.Rename(closed[len(closed)-1].Path, closed[len(closed)-1].Path+"x"))
			_, err = Verify([]string{file}, VerifyOptions{})
			require.Error(t, err, "a segment is missing")
			require.NoError(t, os.Rename(closed[len(closed)-1].Path+"x", closed[len(closed)-1].Path))
			require.NoError(t, os.Remove(file))
			_, err = Verify([]string{filepath.Dir(file)}, VerifyOptions{})
			require.ErrorContains(t, err, "the log goes on in segment")
			j = open(t, Config{File: file})
			j.log(t, 1)
			assert.Equal(t, r.Segments, verify(t, file, VerifyOptions{}).Segments)
		})
	}
}

// A crash between closing a segment and giving it its name.
func TestInterruptedRotation(t *testing.T) {
	j := open(t, Config{File: logFile(t)})
	j.log(t, 2)
	j.control.Reset()
	j.control.Last = j.state.last
	require.NoError(t, j.write(true, &j.control))
	require.NoError(t, j.Close())
	j = open(t, j.config)
	j.log(t, 2)
	r := verify(t, j.config.File, VerifyOptions{})
	assert.Equal(t, 2, r.Segments)
	assert.EqualValues(t, 4, r.Last)
}

func TestRotationByAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := open(t, Config{File: logFile(t), MaxAge: time.Hour, Keep: Keep{Age: 150 * time.Minute}})
		due, err := j.Tend()
		require.NoError(t, err)
		assert.Zero(t, due, "an empty segment does not grow old")
		for range 5 {
			j.log(t, 1)
			due, err = j.Tend()
			require.NoError(t, err)
			assert.LessOrEqual(t, time.Until(due), time.Hour)
			<-time.After(time.Until(due))
			_, err = j.Tend()
			require.NoError(t, err)
		}
		j.broom <- struct{}{}
		r := verify(t, j.config.File, VerifyOptions{})
		assert.Equal(t, 4, r.Segments, "the live one and those closed within two hours and a half")
		assert.EqualValues(t, 3, r.First)
	})
}

func TestRetention(t *testing.T) {
	file := logFile(t)
	j := open(t, Config{File: file, MaxSize: 1, Keep: Keep{Count: 2}})
	for range 6 {
		j.log(t, 1)
		j.broom <- struct{}{} // tidy has ended
		<-j.broom
	}
	r := verify(t, file, VerifyOptions{})
	assert.Equal(t, 3, r.Segments)
	assert.EqualValues(t, 4, r.First)

	// Nobody else may remove one.
	closed, err := chain.ClosedSegments(file)
	require.NoError(t, err)
	require.NoError(t, os.Remove(closed[0].Path))
	_, err = Verify([]string{file}, VerifyOptions{})
	require.ErrorContains(t, err, "4 to 4 are not here")
	_, err = Verify([]string{file}, VerifyOptions{Part: true})
	require.NoError(t, err)
	j.log(t, 1)
	_, err = Verify([]string{file}, VerifyOptions{})
	require.NoError(t, err, "it would have gone by now")
}
