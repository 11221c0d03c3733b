package listener

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/troupe-mq/troupe/actors/internal/transport"
)

// This file is proxies in front of WebSocket: whom they say that a request is from.

// proxied reports whether a connection is from a proxy that is believed.
func (u *Upgrader) proxied(nc net.Conn) bool {
	at, ok := nc.RemoteAddr().(*net.TCPAddr)
	return ok && u.trusts(at.AddrPort().Addr())
}

func (u *Upgrader) trusts(from netip.Addr) bool {
	from = from.Unmap().WithZone("")
	for _, p := range u.Options.Load().Proxies {
		if p.Contains(from) {
			return true
		}
	}
	return false
}

// forwarded is whom a request is from, nil if that is who has sent it. ok is false if there are
// too many of the address. Of a list of addresses the last counts that is not of a proxy that is
// believed: those before it are what somebody says.
func (u *Upgrader) forwarded(r *http.Request, low *transport.ProgressConn) (from net.Addr, ok bool) {
	if !u.proxied(low) {
		return nil, true
	}
	list := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, text := range slices.Backward(list) {
		ip, err := netip.ParseAddr(strings.TrimSpace(text))
		if err != nil {
			return nil, true
		}
		if !u.trusts(ip) {
			at := &net.TCPAddr{IP: ip.Unmap().AsSlice()}
			return at, u.Admission.admit(transport.IPOfAddr(at), u.Now())
		}
	}
	return nil, true
}
