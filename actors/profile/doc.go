// Package profile opens a port for profiles of the process: net/http/pprof, which
// go tool pprof and curl read.
//
// It owns that port and the rate of the block profile. It promises a port of its own, on
// the loopback address unless another host is named, because whoever reaches it can see
// what is in memory and can keep the processor busy. It does not open anything unless it
// is asked to.
//
// It is a package of its own because importing net/http/pprof adds to the default
// mux of net/http, which is for the program to decide about.
package profile
