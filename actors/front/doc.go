// Package front is an HTTP server for the people around a broker, as a service of
// it: an actor under monitor/ in the tree, whose address is opened again when it
// is lost, and which is closed when it is stopped.
//
// It owns the listener and the bounds of what clients may take, and knows nothing
// of what is served.
package front
