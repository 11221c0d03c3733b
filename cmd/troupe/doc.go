// Command troupe is the broker as a process: flags and a configuration file become a broker that runs until a signal
// stops it.
//
// It owns nothing: it is package troupecmd with nothing added. It promises that a main of your own, which adds actors
// and taps, has all that this one has. It must not do what troupecmd could do for every main.
package main
