package audit

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/nats-io/nkeys"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/audit/groupcommit"
	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
	"github.com/troupe-mq/troupe/actors/audit/internal/page"
)

// What somebody does who alters a log and has not the key.
const (
	asItIs    = iota
	rechecked // makes the check of each line right
	resealed  // and all seals, which he signs himself
	skills
)

// recheck makes the checks of all lines right.
func recheck(text []byte) (out []byte) {
	for line := range bytes.Lines(text) {
		if len(line) > chain.CheckLen && line[len(line)-1] == '\n' {
			line = forge(line)
		}
		out = append(out, line...)
	}
	return out
}

// reseal makes the seals of a segment right, as far as can be without the key.
func reseal(text []byte, key nkeys.KeyPair) (out []byte) {
	var group chain.Tape
	var hash chain.Digest
	for line := range bytes.Lines(recheck(text)) {
		l, err := chain.ParseLine(bytes.TrimSuffix(line, []byte{'\n'}))
		if err != nil {
			out = append(out, line...)
			continue
		}
		if _, first, err := chain.ParseHead(l); err == nil && len(out) == 0 {
			hash = first
		}
		s, err := chain.ParseSeal(l)
		if err != nil {
			out = append(out, line...)
			group.Line(l)
			continue
		}
		group.Other(s.Front)
		hash = group.Seal(hash)
		group.Reset()
		sig, _ := key.Sign(chain.Signed(hash))
		body := hex.AppendEncode(append(bytes.Clone(s.Front), chain.HashKey...), hash[:])
		body = base64.RawURLEncoding.AppendEncode(append(body, chain.SignKey...), sig)
		out = chain.AppendCheck(append(append(out, body...), '"'), len(out))
	}
	return out
}

// Whatever somebody does to a log who has not the key, verifying it either says so,
// or vouches for nothing but what the log has written: for all that is left of it,
// and, when the broker has gone on with it, for what that has written since.
func FuzzAlteration(f *testing.F) {
	seed, public := newKey(f)
	live, files := sealedLogBy(f, seed)
	whole := read(f, live)
	genuine := map[uint64]string{}
	require.NoError(f, Read(files, func(e *Entry) error {
		genuine[e.Number] = string(e.JSON)
		return nil
	}))
	stranger, err := nkeys.CreateUser()
	require.NoError(f, err)
	forged := PayloadLength.page(make(page.Shifts))
	r := published(10)
	forged.Add(10, &r, 1)
	seal := whole[bytes.LastIndexByte(whole[:len(whole)-1], '\n')+1:]

	f.Add(uint(700), []byte("x"), uint(1), uint8(rechecked))
	f.Add(uint(1), []byte(""), uint(1), uint8(asItIs))
	f.Add(uint(900), []byte("\n"), uint(0), uint8(rechecked))
	f.Add(uint(len(whole)), forged.Lines, uint(0), uint8(asItIs)) // one more
	f.Add(uint(len(whole)), slices.Concat(forged.Lines, seal), uint(0), uint8(resealed))
	f.Add(uint(len(whole)), []byte(`{"repaired":0,"time":"x","kept":0,"crc":"00000000"}`+"\n"), uint(0), uint8(rechecked))
	f.Add(uint(len(whole)), whole[:bytes.IndexByte(whole, '\n')+1], uint(0), uint8(rechecked))
	f.Add(uint(bytes.Index(whole, []byte(`"oldest":1`))+9), []byte("3"), uint(1), uint8(resealed))
	f.Add(uint(bytes.IndexByte(whole, '\n')+1), []byte(""), uint(63), uint8(asItIs))
	f.Fuzz(func(t *testing.T, at uint, insert []byte, remove uint, skill uint8) {
		at %= uint(len(whole) + 1)
		end := min(at+remove%64, uint(len(whole)))
		altered := slices.Concat(whole[:at], insert, whole[end:])
		switch skill % skills {
		case rechecked:
			altered = recheck(altered)
		case resealed:
			altered = reseal(altered, stranger)
		}
		dir := t.TempDir()
		require.NoError(t, os.Link(files[1], filepath.Join(dir, filepath.Base(files[1]))))
		copied := filepath.Join(dir, "audit.log")
		write(t, copied, altered)
		_ = Read([]string{copied}, func(*Entry) error { return nil }) // must not panic

		if reports, err := Verify([]string{copied}, VerifyOptions{Key: public, Part: true}); err == nil {
			lines := slices.Collect(bytes.Lines(altered[:len(altered)-reports[0].Torn]))
			proven := bytes.Join(lines[:len(lines)-reports[0].UnsealedLines], nil)
			require.True(t, bytes.HasPrefix(whole, proven), "an alteration was not found")
		}
		synctest.Test(t, func(t *testing.T) { // what is written is the same each time
			vouchedForAfterStart(t, Config{File: copied, Sync: SyncNone, Sign: seed}, public, genuine)
		})
	})
}

// vouchedForAfterStart goes on with a log that may have been altered, and compares
// what is vouched for then with what was written.
func vouchedForAfterStart(t *testing.T, c Config, public string, genuine map[uint64]string) {
	t.Helper()
	j, err := newJournal(c)
	require.NoError(t, err)
	next, err := j.Open(t.Context())
	if err != nil {
		return // the broker does not start
	}
	p := PayloadLength.page(make(page.Shifts))
	r := published(1000)
	p.Add(next, &r, 1)
	own := string(p.Lines[:len(p.Lines)-1])
	require.NoError(t, j.Commit(t.Context(), []groupcommit.Page{p}))
	j.broom <- struct{}{} // nothing is being tidied any more
	require.NoError(t, j.Close())

	reports, err := Verify([]string{c.File}, VerifyOptions{Key: public, Part: true})
	if err != nil {
		return
	}
	unproven := uint64(0)
	require.NoError(t, Read([]string{c.File}, func(e *Entry) error {
		if e.Unproven {
			unproven++
			return nil
		}
		want := genuine[e.Number]
		if e.Number == next {
			want = own
		}
		require.Equal(t, want, string(e.JSON), "the log vouches for what it did not write")
		return nil
	}))
	require.Equal(t, unproven, reports[0].Unproven)
	require.Zero(t, reports[0].UnsealedLines)
}
