// Package neighbours is what there is to know of the other servers around a broker: those that it is a leaf node of, those that
// are leaf nodes of it, and those of its cluster.
//
// It owns the reports about them, which join what the keepers of links know and what the connections say. It promises that a
// connection which does not answer in time is left out, and nothing else with it. It must not decide anything.
package neighbours
