package actors

import (
	"net"
	"strconv"
)

// A client that is a part of the broker is a connection like any other, and not
// one of those that are counted and shown: they are looked for by their names.

// internalName is what the connection of such a client is called.
func internalName(cid uint64) string { return "internal-" + strconv.FormatUint(cid, 10) }

// isInternal reports whether a client is a part of the broker.
func isInternal(nc net.Conn) bool {
	h, ok := nc.(*hatch)
	return ok && h.inner
}

// isForeign reports whether a client comes from outside: it is no actor that lives
// in the broker.
func isForeign(nc net.Conn) bool {
	_, inside := nc.(*hatch)
	return !inside
}

// named is what the connection of an actor's client is called.
func (h *hatch) named(cid uint64) string {
	if h.inner {
		return internalName(cid)
	}
	return connectionName(cid)
}
