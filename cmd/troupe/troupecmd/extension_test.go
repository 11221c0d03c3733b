package troupecmd

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

type knobs struct{ Level int }

// reloading makes a process with extensions, and gives a reload by another file.
func reloading(t *testing.T, text string, all ...Extension) (p *process, reload func(text string) error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.conf")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	o, err := parse([]string{"-c", path}, all...)
	require.NoError(t, err)
	o.settings.Broker.NoListen = true
	p = &process{program: "troupe", order: o}
	p.broker, err = actors.Start(t.Context(), actors.Config{NoListen: true})
	require.NoError(t, err)
	t.Cleanup(func() { _ = p.broker.Stop(t.Context()) })
	return p, func(text string) error {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		next, err := parse([]string{"-c", path}, all...)
		if err != nil {
			return err
		}
		_, apply, err := p.order.blocks.reload(next.blocks, p.broker)
		for _, a := range apply {
			err = errors.Join(err, a())
		}
		return err
	}
}

func TestReloadOfExtensions(t *testing.T) {
	inForce := 0
	_, reload := reloading(t, "extensions { fixed { level: 1 }, live { level: 1 } }",
		Block[knobs]{Name: "fixed"},
		Block[knobs]{Name: "live", Reload: func(_ *actors.Broker, k knobs) (func(), error) {
			switch k.Level {
			case 2:
				return nil, errors.New("no such level")
			case 3:
				panic("out of order")
			case 4:
				return func() { panic("too late") }, nil
			case 5:
				return nil, nil
			}
			return func() { inForce = k.Level }, nil
		}})
	require.NoError(t, reload("extensions { fixed { level: 1 }, live { level: 1 } }"))
	assert.Equal(t, 0, inForce, "nothing has changed")
	require.NoError(t, reload("extensions { fixed { level: 1 }, live { level: 7 } }"))
	assert.Equal(t, 7, inForce)
	require.EqualError(t, reload("extensions { live { level: 8 } }"), "config reload not supported for extensions.fixed: it takes a restart")
	assert.Equal(t, 7, inForce, "all of it or nothing")
	for level, says := range map[string]string{
		"2": `extension "live": no such level`, "3": `extension "live" has panicked: out of order`, "4": `extension "live" has panicked: too late`,
	} {
		require.EqualError(t, reload("extensions { fixed { level: 1 }, live { level: "+level+" } }"), says)
	}
	require.NoError(t, reload("extensions { fixed { level: 1 }, live { level: 5 } }"))
	assert.Equal(t, 7, inForce)
}

func TestOptionsOfExtensions(t *testing.T) {
	given := -1
	p, _ := reloading(t, "port: 1",
		Block[knobs]{Name: "none"},
		Block[knobs]{Name: "some", Default: knobs{3}, Options: func(k knobs) ([]actors.Option, error) {
			given = k.Level
			return []actors.Option{actors.WithActor(actors.ActorSpec{})}, nil
		}})
	all, err := p.options()
	require.NoError(t, err)
	assert.Len(t, all, 1)
	assert.Equal(t, 3, given, "the default holds without a block")

	p, _ = reloading(t, "port: 1", Block[knobs]{Name: "bad", Options: func(knobs) ([]actors.Option, error) { panic("out of order") }})
	_, err = p.options()
	require.EqualError(t, err, `extension "bad" has panicked: out of order`)
}

func TestNamesOfExtensions(t *testing.T) {
	for _, all := range [][]Extension{{Block[knobs]{}}, {Block[knobs]{Name: "a"}, Block[knobs]{Name: "a"}}} {
		var stdout, stderr bytes.Buffer
		assert.Equal(t, 1, Command{Extensions: all}.Run([]string{"troupe", "-t"}, &stdout, &stderr))
		assert.Contains(t, stderr.String(), "troupe: an extension needs a name that no other has, and there is ")
	}
}
