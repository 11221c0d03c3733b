//go:build !race

package connection

const raced = false
