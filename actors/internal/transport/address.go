package transport

import (
	"net"
	"net/netip"
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

// IPOf is the address that a connection is counted for; the zero address for whoever
// has none, as in-process clients.
func IPOf(nc net.Conn) netip.Addr { return IPOfAddr(nc.RemoteAddr()) }

// IPOfAddr is IPOf for an address.
func IPOfAddr(from net.Addr) netip.Addr {
	if a, ok := from.(*net.TCPAddr); ok {
		ip := a.AddrPort().Addr().Unmap().WithZone("")
		if ip.Is6() { // one host has a whole network of them
			network, _ := ip.Prefix(64) // 64 bits are not too many for an IPv6 address
			return network.Addr()
		}
		return ip
	}
	return netip.Addr{}
}
