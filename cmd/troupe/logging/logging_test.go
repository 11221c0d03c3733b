package logging_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/cmd/troupe/logging"
)

// lines opens a log, lets it be used and returns what was written.
func lines(t *testing.T, o logging.Options, use func(hclog.Logger)) string {
	t.Helper()
	var out bytes.Buffer
	l, err := logging.Open(o, &out)
	require.NoError(t, err)
	use(l)
	require.NoError(t, l.Close())
	return out.String()
}

func TestForms(t *testing.T) {
	say := func(l hclog.Logger) { l.Named("part").With("cid", 7).Warn("two words", "why", "so and so", "n", 1) }
	assert.Equal(t, "[WARN]  part: two words: cid=7 why=\"so and so\" n=1\n", lines(t, logging.Options{}, say))
	assert.Regexp(t, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \[WARN\]  part`, lines(t, logging.Options{Time: true, UTC: true}, say))

	pid := "[" + strconv.Itoa(os.Getpid()) + "] "
	nats := logging.Options{Format: logging.NATS}
	assert.Equal(t, pid+"[WRN] part: two words cid=7 why=\"so and so\" n=1\n", lines(t, nats, say))
	about := func(l hclog.Logger) { l.With("cid", 7, "client", "127.0.0.1:5000").Error("gone", "why", "x") }
	assert.Equal(t, pid+"[ERR] 127.0.0.1:5000 - cid:7 - gone why=x\n", lines(t, nats, about))
	nats.Time = true
	assert.Regexp(t, `^\[\d+\] \d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{6} \[WRN\] part`, lines(t, nats, say))

	var object map[string]any
	require.NoError(t, json.Unmarshal([]byte(lines(t, logging.Options{Format: logging.JSON}, say)), &object))
	assert.Equal(t, map[string]any{"@level": "warn", "@message": "two words", "@module": "part", "cid": 7.0, "why": "so and so", "n": 1.0}, object)
}

func TestLevels(t *testing.T) {
	say := func(l hclog.Logger) {
		l.Trace("t")
		l.Debug("d")
		l.Info("i")
		l.Error("e")
	}
	for _, format := range []logging.Format{logging.Text, logging.JSON, logging.NATS} {
		count := func(o logging.Options) int {
			o.Format = format
			return strings.Count(lines(t, o, say), "\n")
		}
		assert.Equal(t, 2, count(logging.Options{}))
		assert.Equal(t, 3, count(logging.Options{Debug: true}))
		assert.Equal(t, 4, count(logging.Options{Trace: true}))
	}
}

// What a client may choose, such as its name, must not look like a line.
func TestNATSFormKeepsToOneLine(t *testing.T) {
	got := lines(t, logging.Options{Format: logging.NATS}, func(l hclog.Logger) {
		l.Info("PUB [a\r\n[1] [ERR] forged \"x\"]", "name", "b\nc", "empty", "", "shown", hclog.Fmt("%d%%", 5))
	})
	_, text, _ := strings.Cut(got, "[INF] ")
	assert.Equal(t, `PUB [a\r\n[1] [ERR] forged "x"] name="b\nc" empty="" shown=5%`+"\n", text)
}

func TestParseFormat(t *testing.T) {
	for name, want := range map[string]logging.Format{"text": logging.Text, "": logging.Text, "JSON": logging.JSON, "nats": logging.NATS} {
		got, err := logging.ParseFormat(name)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := logging.ParseFormat("xml")
	assert.Error(t, err)
}

func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "troupe.log")
	l, err := logging.Open(logging.Options{File: path}, nil)
	require.NoError(t, err)
	l.Info("before")
	require.NoError(t, os.Rename(path, path+".away"))
	l.Info("between")
	l.Reopen()
	l.Info("after")
	require.NoError(t, l.Close())
	l.Info("nobody sees this")

	assert.Equal(t, "[INFO]  before\n[INFO]  between\n", content(t, path+".away"))
	assert.Equal(t, "[INFO]  File log re-opened\n[INFO]  after\n", content(t, path))
}

func TestReopenThatFailsGoesOn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sub")
	require.NoError(t, os.Mkdir(dir, 0o700))
	path := filepath.Join(dir, "troupe.log")
	f, err := logging.OpenFile(path, 0, 0)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, f.Close()) })
	require.NoError(t, os.Rename(dir, dir+".away"))
	require.Error(t, f.Reopen())
	_, err = f.Write([]byte("still here\n"))
	require.NoError(t, err)
	assert.Equal(t, "still here\n", content(t, filepath.Join(dir+".away", "troupe.log")))
}

func TestReopenWithoutAFile(t *testing.T) {
	var out bytes.Buffer
	l, err := logging.Open(logging.Options{}, &out)
	require.NoError(t, err)
	l.Reopen()
	assert.Contains(t, out.String(), "re-open ignored")
}

func TestRotation(t *testing.T) {
	path := filepath.Join(t.TempDir(), "troupe.log")
	require.NoError(t, os.WriteFile(path+".mine", nil, 0o600))
	require.NoError(t, os.WriteFile(path, []byte("12345678\n"), 0o600))
	f, err := logging.OpenFile(path, 20, 3)
	require.NoError(t, err)
	for i := range 10 {
		n, err := f.Write([]byte("line " + strconv.Itoa(i) + "\n"))
		require.NoError(t, err)
		assert.Equal(t, 7, n)
	}
	require.NoError(t, f.Close())

	// 9 bytes were there: line 0, then two lines to a file, and three files stay.
	assert.Equal(t, "line 9\n", content(t, path))
	all, err := filepath.Glob(path + ".*")
	require.NoError(t, err)
	require.Len(t, all, 3)
	assert.Equal(t, "line 5\nline 6\n", content(t, all[0]))
	assert.Equal(t, "line 7\nline 8\n", content(t, all[1]))
	assert.Equal(t, path+".mine", all[2])
}

func TestLongLineIsNotSplit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "troupe.log")
	f, err := logging.OpenFile(path, 4, 0)
	require.NoError(t, err)
	_, err = f.Write([]byte("longer than that\n"))
	require.NoError(t, err)
	require.NoError(t, f.Close())
	assert.Equal(t, "longer than that\n", content(t, path))
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(b)
}
