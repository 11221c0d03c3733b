package listener

// A client takes a descriptor. Where all are taken nobody can be accepted any more, by
// the monitoring neither, and whoever looks whether the broker lives hears nothing. So
// some are kept back: clients that are too many are turned away with a word instead.

// keptShare is which part of the descriptors is kept back, and mostKept the most.
const (
	keptShare = 8
	mostKept  = 2048
)

// Places is how many clients may be connected, of as many as they are to be. descriptors
// is how many files and sockets the process may have open.
func Places(clients int) (places, descriptors int) {
	have := openFiles()
	return placesOf(clients, have), have
}

func placesOf(clients, descriptors int) int {
	return min(clients, descriptors-min(descriptors/keptShare, mostKept))
}
