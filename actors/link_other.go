//go:build !unix

package actors

import "net"

// newLink returns the fastest link that nc allows.
func newLink(nc net.Conn) link { return stream{nc} }
