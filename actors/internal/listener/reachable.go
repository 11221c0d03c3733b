package listener

import (
	"net"
	"net/netip"
	"strconv"
)

// Reachable are the addresses at which a listener is found from elsewhere: those of the machine, where it listens on all
// of them.
func Reachable(host string, port int) (all []string) {
	text := strconv.Itoa(port)
	ip, err := netip.ParseAddr(host)
	if host != "" && (err != nil || !ip.IsUnspecified()) {
		return []string{net.JoinHostPort(host, text)}
	}
	own, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	for _, a := range own {
		if n, ok := a.(*net.IPNet); ok && n.IP.IsGlobalUnicast() {
			all = append(all, net.JoinHostPort(n.IP.String(), text))
		}
	}
	return all
}
