package actors

import (
	"context"
	"errors"
)

// Option adds to a broker that starts: see [WithActor], [WithTap] and [WithBefore].
type Option func(*options)

// options is what all Options of one Start come to.
type options struct {
	actors []ActorSpec
	taps   []tapOption
	before []before
}

// before is what has to be done before clients come in.
type before func(context.Context, *Broker) error

// WithBefore has Start call do when everything runs but the listeners: clients can connect, and are not served until
// do returns. ctx is that of Start. An error of do stops the broker, and is that of Start.
func WithBefore(do func(ctx context.Context, b *Broker) error) Option {
	return func(o *options) { o.before = append(o.before, do) }
}

// gather applies the options of a Start.
func gather(opts []Option) (o options, err error) {
	for _, apply := range opts {
		apply(&o)
	}
	for i := range o.actors {
		err = errors.Join(err, o.actors[i].valid())
	}
	return o, err
}
