// Package memory gives memory back to the system at once. The runtime returns it bit by bit, and a process that has
// nothing to do looks for garbage every few minutes only.
//
// It owns how that is done. It promises that what nobody uses is gone when it returns, and pools are empty.
//
// It must not decide when: a collection costs time, and what is taken next is new.
package memory
