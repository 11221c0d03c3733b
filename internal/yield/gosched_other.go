//go:build !unix

package yield

import "runtime"

// Lane is a queue of those who yield. The zero value is ready.
type Lane struct{}

// Yield returns when others have had their turn.
func (*Lane) Yield() { runtime.Gosched() }
