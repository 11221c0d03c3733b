package actors

// A client takes a descriptor. Where all are taken nobody can be accepted any more, by
// the monitoring neither, and whoever looks whether the broker lives hears nothing. So
// some are kept back: clients that are too many are turned away with a word instead.

// keptShare is which part of the descriptors is kept back, and mostKept the most.
const (
	keptShare = 8
	mostKept  = 2048
)

// places is how many clients may be connected, of as many as they are to be, with so
// many descriptors.
func places(clients, descriptors int) int {
	return min(clients, descriptors-min(descriptors/keptShare, mostKept))
}

// warnOfDescriptors logs that fewer clients may come in than is configured.
func (b *Broker) warnOfDescriptors(configured int) {
	if have := b.config().MaxConnections; have < configured {
		b.host.Logger.Warn("the limit of open files is too low for max_connections", "max_connections", configured,
			"open files", descriptors(), "clients that may connect", have)
	}
}
