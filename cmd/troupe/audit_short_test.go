//go:build unix && !chaos

package main

// kills is how often the broker is killed.
const kills = 3
