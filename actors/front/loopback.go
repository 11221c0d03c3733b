package front

import (
	"net"
	"strings"
)

// HostOf is a Host header without its port and brackets.
func HostOf(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	if inner, ok := strings.CutPrefix(host, "["); ok {
		return strings.TrimSuffix(inner, "]")
	}
	return host
}

// IsLoopback reports whether a host can only be this machine. No name but
// localhost is believed, whatever it leads to at the moment.
func IsLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
