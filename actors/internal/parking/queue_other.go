//go:build !linux

package parking

import "errors"

// queue is none: nobody parks.
type queue struct{}

func newQueue() (*queue, error)         { return nil, errors.ErrUnsupported }
func (*queue) add(uintptr, token) error { return errors.ErrUnsupported }
func (*queue) drop(uintptr)             {}
func (*queue) wait() ([]token, error)   { return nil, errors.ErrUnsupported }
func (*queue) close()                   {}
