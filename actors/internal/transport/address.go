package transport

import (
	"net"
	"strconv"
)

// SplitAdvertise takes host:port apart.
func SplitAdvertise(address string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, err
	}
	port, err = strconv.Atoi(text)
	return host, port, err
}

// SplitAddr is an address as host and port, as far as it has them.
func SplitAddr(addr net.Addr) (host string, port int) {
	if addr == nil || addr.Network() == "unix" {
		return "", 0
	}
	host, text, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String(), 0
	}
	port, _ = strconv.Atoi(text) // 0 will do for a port that is no number
	return host, port
}

// ClientHost is the address that a client is known by, without its port.
func ClientHost(nc net.Conn) string {
	host, _ := SplitAddr(nc.RemoteAddr())
	return host
}
