//go:build race

package connection

// raced: the race detector makes pools forget on purpose, so that allocations
// cannot be counted.
const raced = true
