//go:build unix

package engine_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/engine"
)

// programForTests is a real engine, or the end of a test that needs one.
func programForTests(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("TROUPE_ENGINE"); path != "" {
		return path
	}
	path, err := exec.LookPath("nats-server")
	if err != nil {
		t.Skip("there is no engine: set TROUPE_ENGINE, or put nats-server on PATH")
	}
	return path
}

// start runs a broker with an engine.
func start(t *testing.T, c engine.Config, config actors.Config) (*actors.Broker, *engine.Engine) {
	t.Helper()
	c.Path = programForTests(t)
	if c.StoreDir == "" {
		c.StoreDir = t.TempDir()
	}
	config.NoListen = true
	config.Logger = hclog.New(&hclog.LoggerOptions{Output: t.Output(), Level: hclog.Debug})
	e := engine.New(c, config)
	b, err := actors.Start(t.Context(), config, e.With())
	require.NoError(t, err)
	t.Cleanup(func() { _ = b.Stop(context.Background()) })
	return b, e
}

// jsz is what an engine says of its accounts.
type jsz struct {
	Config struct {
		Domain   string `json:"domain"`
		StoreDir string `json:"store_dir"`
	} `json:"config"`
	Accounts []struct {
		Name string `json:"name"`
	} `json:"account_details"`
}

func ask(t *testing.T, e *engine.Engine) (z jsz) {
	t.Helper()
	data, err := e.Document(t.Context(), "JSZ", []byte(`{"accounts":true}`))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &z))
	return z
}

// alive reports whether there is a process.
func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

// anew waits until another process than that of pid is the engine.
func anew(t *testing.T, e *engine.Engine, pid int) {
	t.Helper()
	require.Eventually(t, func() bool { now := e.ProcessID(); return now != 0 && now != pid }, 30*time.Second, 5*time.Millisecond)
}

// TestEngine: it is there when the broker is, in the tree like others, and gone when the broker is.
func TestEngine(t *testing.T) {
	store := t.TempDir()
	b, e := start(t, engine.Config{StoreDir: store}, actors.Config{})
	z := ask(t, e)
	assert.Empty(t, z.Config.Domain)
	assert.Equal(t, filepath.Join(store, "jetstream"), z.Config.StoreDir)
	assert.Equal(t, []string{"$G"}, names(z))

	info, err := os.Stat(filepath.Join(store, "troupe-engine.conf"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	tree, err := b.Tree(-1)
	require.NoError(t, err)
	text, err := json.Marshal(tree)
	require.NoError(t, err)
	assert.Contains(t, string(text), "troupe/actors/engine")

	pid := e.ProcessID()
	require.True(t, alive(pid))
	require.NoError(t, b.Stop(t.Context()))
	assert.False(t, alive(pid))
	_, err = e.Document(t.Context(), "JSZ", nil)
	assert.ErrorIs(t, err, engine.ErrDown)
}

func names(z jsz) (all []string) {
	for _, a := range z.Accounts {
		all = append(all, a.Name)
	}
	return all
}

// TestKilledEngineComesBack: as often as it is killed, with its store.
func TestKilledEngineComesBack(t *testing.T) {
	_, e := start(t, engine.Config{}, actors.Config{})
	for range 2 {
		pid := e.ProcessID()
		require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
		anew(t, e, pid)
		assert.False(t, alive(pid), "it is reaped before there is another one")
		ask(t, e)
	}
}

// TestStoreIsLocked: by the engine that serves it, whoever has started that.
func TestStoreIsLocked(t *testing.T) {
	store := t.TempDir()
	_, first := start(t, engine.Config{StoreDir: store}, actors.Config{})
	second := engine.New(engine.Config{Path: programForTests(t), StoreDir: store}, actors.Config{NoListen: true})
	_, err := actors.Start(t.Context(), actors.Config{NoListen: true}, second.With())
	require.ErrorIs(t, err, engine.ErrLocked)
	ask(t, first)
}

// TestReload: accounts come, and their limits change, in an engine that runs on.
func TestReload(t *testing.T) {
	conf := actors.Config{NoListen: true, Accounts: []access.Account{{Name: "A", Storage: access.Unlimited()}, {Name: "B"}}}
	b, e := start(t, engine.Config{}, conf)
	pid := e.ProcessID()
	assert.Equal(t, []string{"A"}, names(ask(t, e)))
	conf.Accounts[1].Storage = &access.Storage{MaxMemory: 1000, MaxFile: 2000, MaxStreams: -1, MaxConsumers: -1, MaxAckPending: -1}
	_, err := b.Reload(t.Context(), conf)
	require.NoError(t, err)
	require.NoError(t, e.Reload(engine.Config{StoreDir: e.StoreDir(), Path: programForTests(t)}, conf))
	require.Eventually(t, func() bool { return len(names(ask(t, e))) == 2 }, 10*time.Second, 5*time.Millisecond)
	assert.Equal(t, pid, e.ProcessID())

	err = e.Reload(engine.Config{StoreDir: t.TempDir()}, conf)
	fixed := (*config.FixedError)(nil)
	require.ErrorAs(t, err, &fixed)
}

// TestRefuser: a client whose account may not store is told so, whatever it asks for, until its account may. An account
// that has the streams of another one is not.
func TestRefuser(t *testing.T) {
	conf := actors.Config{NoListen: true, Accounts: []access.Account{
		{Name: "A", Storage: access.Unlimited(), Exports: []access.Export{{Service: "$JS.API.>"}}},
		{Name: "B", Users: []access.User{{Name: "b", Password: "b"}}},
		{Name: "C", Users: []access.User{{Name: "c", Password: "c"}}, Imports: []access.Import{{Account: "A", Service: "$JS.API.>"}}},
	}}
	b, e := start(t, engine.Config{}, conf)
	ask := func(user, what string) string {
		nc, err := nats.Connect("", nats.InProcessServer(b), nats.UserInfo(user, user))
		if err != nil {
			return err.Error()
		}
		defer nc.Close()
		m, err := nc.Request("$JS.API."+what, nil, 10*time.Second)
		if err != nil {
			return err.Error()
		}
		return string(m.Data)
	}
	assert.JSONEq(t, `{"type":"io.nats.jetstream.api.v1.account_info_response",
		"error":{"code":503,"err_code":10039,"description":"JetStream not enabled for account"}}`, ask("b", "INFO"))
	assert.Contains(t, ask("b", "CONSUMER.DURABLE.CREATE.S.C"), "v1.consumer_create_response")
	assert.Contains(t, ask("c", "INFO"), "limits")

	conf.Accounts[1].Storage = access.Unlimited()
	_, err := b.Reload(t.Context(), conf)
	require.NoError(t, err)
	require.NoError(t, e.Reload(engine.Config{StoreDir: e.StoreDir(), Path: programForTests(t)}, conf))
	require.Eventually(t, func() bool { return strings.Contains(ask("b", "INFO"), "limits") }, 20*time.Second, 10*time.Millisecond)
	assert.Contains(t, ask("c", "INFO"), "limits", "the engine withdraws what it has announced, but has it")
}

// TestReloadOfWhatIsFixed: what a server cannot change while it runs costs it a start.
func TestReloadOfWhatIsFixed(t *testing.T) {
	_, e := start(t, engine.Config{}, actors.Config{})
	pid := e.ProcessID()
	require.NoError(t, e.Reload(engine.Config{StoreDir: e.StoreDir(), Path: programForTests(t), Domain: "other"}, actors.Config{NoListen: true}))
	anew(t, e, pid)
	assert.Equal(t, "other", ask(t, e).Config.Domain)
}
