package auditcmd

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/audit"
	"github.com/troupe-mq/troupe/actors/tap"
)

// logged is the audit log of a broker on which ann and bob have published.
func logged(t *testing.T) (file string, more func(subject string)) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "audit.log")
	spec, produce, err := audit.Tap(audit.Config{File: file, Policy: tap.Block, Payload: audit.PayloadLength})
	require.NoError(t, err)
	b, err := actors.Start(t.Context(), actors.Config{NoListen: true, Users: []access.User{
		{Name: "ann", Password: "a"},
		{Name: "bob", Password: "b", Permissions: &access.Permissions{Publish: access.Rules{Deny: []string{"no"}}}},
	}}, actors.WithTap(spec, produce))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, b.Stop(context.Background())) })
	say := func(user string, subjects ...string) {
		nc, err := nats.Connect("", nats.InProcessServer(b), nats.UserInfo(user, user[:1]), nats.Name("test"))
		require.NoError(t, err)
		for _, s := range subjects {
			require.NoError(t, nc.Publish(s, []byte("hi")))
		}
		_ = nc.Flush() // what is not permitted is told by it
		nc.Close()
	}
	_, err = nats.Connect("", nats.InProcessServer(b), nats.UserInfo("eve", "secret"))
	require.ErrorIs(t, err, nats.ErrAuthorization)
	say("ann", "orders.1", "orders.2", "orders.3")
	say("bob", "orders.1", "no")
	return file, func(subject string) { say("ann", subject) }
}

// printed is what a command prints; it must not complain.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	require.Zero(t, Run(args, &stdout, &stderr), stderr.String())
	require.Empty(t, stderr.String())
	return stdout.String()
}

func TestColumns(t *testing.T) {
	file, _ := logged(t)
	lines := strings.Split(printed(t, "cat", "--columns", "--verb", "pub", file), "\n")
	assert.Equal(t, heading, lines[0])
	assert.Regexp(t, `^-- 20\d\d-\d\d-\d\d$`, lines[1])
	assert.Regexp(t, `^PUB            \d\d:\d\d:\d\d\.\d\d\d  ann               orders.1                  accepted      cid=\d+ size=2$`, lines[2])
	assert.Len(t, lines, 8, "five records, two lines of heading, and an end")
	assert.NotContains(t, printed(t, "cat", "--columns", file), "sha256=")
	assert.Contains(t, printed(t, "cat", file), " PUB orders.1 ", "what is no terminal gets all there is to know")
}

// TestWhoTried: who could not come in is found by whom it has tried to be.
func TestWhoTried(t *testing.T) {
	file, _ := logged(t)
	for _, form := range []string{"--columns", "--text"} {
		out := printed(t, "cat", form, "--user", "eve", file)
		assert.Regexp(t, `(?m)auth_failed.* tried=eve .*reason="Authorization Violation"$`, out)
		assert.NotContains(t, out, "secret")
	}
}

func TestLastAndOutcome(t *testing.T) {
	file, _ := logged(t)
	out := printed(t, "cat", "-n", "2", "--verb", "PUB", "--user", "ann", file)
	assert.Equal(t, 2, strings.Count(out, "\n"))
	assert.Less(t, strings.Index(out, "orders.2"), strings.Index(out, "orders.3"), out)
	out = printed(t, "cat", "--outcome", "denied", "--verb", "PUB", file)
	assert.Equal(t, 1, strings.Count(out, "\n"), out)
	assert.Contains(t, out, "user=bob")
	assert.Contains(t, out, " PUB no ")
}

func TestSummaries(t *testing.T) {
	file, _ := logged(t)
	lines := strings.Split(printed(t, "cat", "--by", "user", "--verb", "PUB", file), "\n")
	assert.Regexp(t, `^COUNT +DENIED +BYTES +FIRST +LAST +USER$`, lines[0])
	assert.Regexp(t, `^3 +0 +6 +20\S+Z +20\S+Z +ann$`, lines[1])
	assert.Regexp(t, `^2 +1 +4 +20\S+Z +20\S+Z +bob$`, lines[2])
	lines = strings.Split(printed(t, "cat", "--by", "subject", "--verb", "PUB", "-n", "1", file), "\n")
	assert.Regexp(t, `^2 +0 +4 .* orders.1$`, lines[1])
	assert.Regexp(t, `^3 +1 +6 .* \(3 others\)$`, lines[2])
	assert.Regexp(t, `(?m)^5 .* PUB$`, printed(t, "cat", "--by", "verb", file))
}

// Who follows a log gets the last records, and then each that is written.
func TestFollow(t *testing.T) {
	file, more := logged(t)
	w, err := parseCat([]string{"-f", "-n", "1", "--verb", "PUB", file})
	require.NoError(t, err)
	out, in := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() { over <- w.print(ctx, in, io.Discard) }()
	line := func() string {
		b := make([]byte, 4096)
		n, err := out.Read(b)
		require.NoError(t, err)
		return string(b[:n])
	}
	assert.Contains(t, line(), "user=bob")
	for _, subject := range []string{"later.1", "later.2"} {
		more(subject)
		assert.Contains(t, line(), " PUB "+subject+" ")
	}
	cancel()
	require.NoError(t, <-over)
}

// A line that makes no sense is one line that says what is wrong, and where to read more.
func TestMisuse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "none.log")
	for args, want := range map[string]string{
		"cta x":                       `there is no command audit "cta": it is verify or cat`,
		"cat":                         "audit cat: there is no file to read",
		"cat --usr ann x":             "audit cat: there is no flag --usr, did you mean --user?",
		"cat --verb PUBLISHED x":      `audit cat: --verb: there is no verb "PUBLISHED": it is one of PUB, SUB, UNSUB, gap, refused, connected, authenticated, auth_failed, evicted, disconnected, supervision, tap_added, tap_removed, lame_duck`,
		"cat --verb connectd x":       `audit cat: --verb: there is no verb "connectd", did you mean connected?`,
		"cat --outcome denid x":       `audit cat: --outcome: there is no outcome "denid", did you mean denied?`,
		"cat --cid seven x":           `audit cat: --cid: "seven" is no number`,
		"cat --subject a..b x":        `audit cat: --subject: "a..b" is no subject: there is nothing between two dots`,
		"cat --since tomorrow x":      `audit cat: --since: "tomorrow" is no time such as 2026-11-23T03:04:05Z, and no duration such as 90m`,
		"cat -n 0 x":                  `audit cat: -n: "0" is no number from 1 to 100000`,
		"cat --json --text x":         "audit cat: --json and --text are two forms of the same",
		"cat --by size x":             `audit cat: --by: there is no summary by "size": it is one of user, account, subject, verb, outcome`,
		"cat -f --by user x":          "audit cat: a summary has an end, and -f has none: leave out --by or -f",
		"cat --since 1m --until 2m x": "audit cat: nothing is between --since and --until: the first is not before the second",
		"verify --key":                "audit verify: --key needs a value",
	} {
		var stdout, stderr bytes.Buffer
		assert.Equal(t, 1, Run(strings.Fields(args), &stdout, &stderr), args)
		assert.Empty(t, stdout.String(), args)
		assert.Equal(t, "troupe: "+want+"\n"+seeHelp, stderr.String(), args)
	}
	var stderr bytes.Buffer
	assert.Equal(t, 1, Run([]string{"cat", file}, io.Discard, &stderr))
	assert.Equal(t, "troupe: stat "+file+": no such file or directory\n", stderr.String())
	require.NoError(t, os.WriteFile(file, []byte("no log\n"), 0o600))
	stderr.Reset()
	assert.Equal(t, 1, Run([]string{"cat", file}, io.Discard, &stderr))
	assert.Equal(t, 1, strings.Count(stderr.String(), "\n"), stderr.String())
}

// Nothing is drawn where nobody looks.
func TestBar(t *testing.T) {
	var out bytes.Buffer
	b := newBar(&out, "reading")
	b.began = b.began.Add(-barAfter)
	b.tell(1, 2)
	b.done()
	assert.Empty(t, out.String())

	b = &bar{out: &out, what: "reading"} // a terminal, and more than a second ago
	b.tell(512, 1024)
	assert.Contains(t, out.String(), "reading")
	assert.Contains(t, out.String(), "50%")
	b.done()
}
