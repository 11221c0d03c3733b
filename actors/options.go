package actors

import "errors"

// Option adds actors and taps to a broker that starts: see [WithActor] and [WithTap].
type Option func(*options)

// options is what all Options of one Start come to.
type options struct {
	actors []ActorSpec
	taps   []tapOption
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
