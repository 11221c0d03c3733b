package troupecmd

import (
	"fmt"
	"reflect"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/cmd/troupe/conf"
	"github.com/troupe-mq/troupe/supervisor"
)

// Extension is a part of the command that has a block of its own in the configuration file: extensions { NAME { … } }.
// A Block is one.
type Extension interface {
	// block makes one that nothing has been read into.
	block() block
}

// Block is an Extension whose block of the file is read into a C, a structure: see [conf.Blocks] for its keys, and for
// the Validate that it may have.
type Block[C any] struct {
	// Name is what the block is called.
	Name string
	// Default is what holds where the file says nothing.
	Default C
	// Options makes the actors and taps of the extension, for a start. It is called whether there is a block or not.
	// Nil: there are none.
	Options func(c C) ([]actors.Option, error)
	// Reload prepares what a reload has changed. It must change nothing before apply is called: another part of the
	// configuration may be refused. apply cannot fail, and may be nil. Without Reload, a change of the block is refused
	// as one that needs a restart.
	Reload func(b *actors.Broker, c C) (apply func(), err error)
}

// block is one reading of an extension's block.
type block interface {
	name() string
	into() any
	options() ([]actors.Option, error)
	// reload prepares for this block in place of the one in force. What apply returns can only be logged.
	reload(b *actors.Broker) (apply func() error, err error)
	// reloads reports whether it can.
	reloads() bool
}

// reading is a Block, and what has been read.
type reading[C any] struct {
	*Block[C]
	c C
}

func (b Block[C]) block() block { return &reading[C]{&b, b.Default} }

func (r *reading[C]) name() string  { return r.Name }
func (r *reading[C]) into() any     { return &r.c }
func (r *reading[C]) reloads() bool { return r.Reload != nil }

func (r *reading[C]) options() (all []actors.Option, err error) {
	if r.Options == nil {
		return nil, nil
	}
	err = r.own(func() (err error) { all, err = r.Options(r.c); return err })
	return all, err
}

func (r *reading[C]) reload(b *actors.Broker) (func() error, error) {
	var apply func()
	err := r.own(func() (err error) { apply, err = r.Reload(b, r.c); return err })
	return func() error {
		return r.own(func() error {
			if apply != nil {
				apply()
			}
			return nil
		})
	}, err
}

// own calls what the extension's author has written. Its panic is an error like others.
func (r *reading[C]) own(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("extension %q has panicked: %w", r.Name, supervisor.Caught(p))
		}
	}()
	if err := do(); err != nil {
		return fmt.Errorf("extension %q: %w", r.Name, err)
	}
	return nil
}

// blocks are those of one reading of the configuration.
type blocks []block

// newBlocks makes blocks that nothing has been read into.
func newBlocks(all []Extension) (bs blocks, err error) {
	names := make(map[string]bool)
	for _, e := range all {
		b := e.block()
		if b.name() == "" || names[b.name()] {
			return nil, fmt.Errorf("an extension needs a name that no other has, and there is %q", b.name())
		}
		names[b.name()] = true
		bs = append(bs, b)
	}
	return bs, nil
}

// read are the blocks as the settings want them.
func (bs blocks) read() conf.Blocks {
	if len(bs) == 0 {
		return nil
	}
	all := make(conf.Blocks, len(bs))
	for _, b := range bs {
		all[b.name()] = b.into()
	}
	return all
}

// reload prepares a change of all blocks that are different. The error names those that cannot be changed.
func (bs blocks) reload(now blocks, broker *actors.Broker) (changes config.Changes, apply []func() error, err error) {
	for i, old := range bs {
		b := now[i]
		if reflect.DeepEqual(old.into(), b.into()) {
			continue
		}
		change := config.Change{Key: "extensions." + b.name()} // its values may be secret
		if !b.reloads() {
			return nil, nil, &config.FixedError{Change: change}
		}
		do, err := b.reload(broker)
		if err != nil {
			return nil, nil, err
		}
		changes, apply = append(changes, change), append(apply, do)
	}
	return changes, apply, nil
}
