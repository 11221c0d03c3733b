//go:build race

package e2e_test

// raced: the tests run under the race detector, and the program shall too.
const raced = true
