package actors

// Option adds to a broker what is no plain setting: actors that live in it.
type Option func(*options)

// options is what all Options of one Start come to.
type options struct {
	taps []tapOption
}

// gather applies the options of a Start.
func gather(opts []Option) options {
	var o options
	for _, apply := range opts {
		apply(&o)
	}
	return o
}
