//go:build unix

package troupecmd

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/nats-io/nkeys"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/audit"
)

// A line that somebody has put into the log while the broker was down is not among
// what is proven, then and ever after.
func TestAuditOfALineThatSomebodyHasPutThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "audit.log")
	seed, public := keyFile(t)
	conf := filepath.Join(dir, "t.conf")
	require.NoError(t, os.WriteFile(conf, fmt.Appendf(nil, "audit { file: %q, sign: %q }\n", file, seed), 0o600))
	verified := func(flags ...string) (int, string) {
		var stdout, stderr bytes.Buffer
		code := run(slices.Concat([]string{"troupe", "audit", "verify", "--key", public}, flags, []string{file}), &stdout, &stderr)
		return code, stdout.String() + stderr.String()
	}
	once := func() {
		b := start(t, "-c", conf)
		b.addr(t)
		b.signal(t, syscall.SIGTERM)
		assert.Zero(t, b.exit(t))
	}
	once()
	code, out := verified("--strict")
	assert.Zero(t, code, out)

	reports, err := audit.Verify([]string{file}, audit.VerifyOptions{})
	require.NoError(t, err)
	number := reports[0].Last + 1
	line := fmt.Appendf(nil, `{"n":%d,"time":"2026-11-23T03:04:05.123456Z","user":"mallory","event":"PUB"`, number)
	line = fmt.Appendf(line, ",\"crc\":\"%08x\"}\n", crc32.Checksum(line, crc32.MakeTable(crc32.Castagnoli)))
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, append(text, line...), 0o600))
	_, out = verified()
	assert.Contains(t, out, fmt.Sprintf("not sealed: what is at the end (lines: 1; records: 1, from %d on)", number))

	once()
	code, out = verified()
	assert.Zero(t, code, out)
	assert.Contains(t, out, "but for 1 that the log does not vouch for")
	assert.Contains(t, out, fmt.Sprintf("not vouched for: records %d to %d (1) were found without a seal at the start at ", number, number))
	code, out = verified("--strict")
	assert.Equal(t, 2, code, out)
	var cat, stderr bytes.Buffer
	assert.Zero(t, run([]string{"troupe", "audit", "cat", "--user", "mallory", file}, &cat, &stderr))
	assert.Contains(t, cat.String(), "user=mallory PUB unproven=true")
}

// keyFile makes the file of a seed, and its public key.
func keyFile(t *testing.T) (file, public string) {
	t.Helper()
	key, err := nkeys.CreateUser()
	require.NoError(t, err)
	seed, err := key.Seed()
	require.NoError(t, err)
	file = filepath.Join(t.TempDir(), "audit.nk")
	require.NoError(t, os.WriteFile(file, seed, 0o600))
	public, err = key.PublicKey()
	require.NoError(t, err)
	return file, public
}
