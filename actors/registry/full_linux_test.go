package registry_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access/operator/operatortest"
	"github.com/troupe-mq/troupe/actors/registry"
)

// small is a file system of a few pages.
func small(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("no file system can be mounted: %v", err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(dir, syscall.MNT_DETACH)) })
	return dir
}

// TestFullDisk: a token for which there is no room is refused, and nothing of it is left; who was there stays, also after a
// restart. With room it is taken.
func TestFullDisk(t *testing.T) {
	dir := small(t)
	r := begin(t, registry.Config{Dir: dir})
	a, late := operatortest.NewAccount(t, "A"), operatortest.NewAccount(t, "late")
	before := a.SignedBy(t, r.operator.Key)
	require.Contains(t, r.ask(t, update, before), "jwt updated")
	filler := filepath.Join(dir, "filler")
	require.ErrorIs(t, os.WriteFile(filler, make([]byte, 1<<20), 0o600), syscall.ENOSPC)

	assert.Contains(t, r.ask(t, update, late.SignedBy(t, r.operator.Key)), "no space left on device")
	r.come(t, late.User(t, nil)).Expect("-ERR 'Authorization Violation'")
	r.come(t, a.User(t, nil)).Expect("PONG")
	a.Claims.Description = "another"
	assert.Contains(t, r.ask(t, update, a.SignedBy(t, r.operator.Key)), "no space left on device")
	saved, err := os.ReadFile(filepath.Join(dir, a.Public+".jwt"))
	require.NoError(t, err)
	assert.Equal(t, before, string(saved))
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 3, "the two accounts, and what fills the disk")

	r.start(t, registry.Config{Dir: dir})
	r.come(t, a.User(t, nil)).Expect("PONG")
	require.NoError(t, os.Remove(filler))
	assert.Contains(t, r.ask(t, update, late.SignedBy(t, r.operator.Key)), "jwt updated")
	r.come(t, late.User(t, nil)).Expect("PONG")
}
