//go:build !unix

package transport

import "net"

// newLink returns the fastest link that nc allows.
func newLink(nc net.Conn) Link { return stream{nc} }
