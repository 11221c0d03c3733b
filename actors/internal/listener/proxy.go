package listener

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/transport"
)

// This file is proxies in front of the port for clients, that say by the PROXY protocol whom a
// connection is from.

// Proxy is which connections begin with a header of a proxy. A nil Proxy is none.
type Proxy struct {
	From    []netip.Prefix   // networks of proxies; empty: all connections are from one
	Lobby   *transport.Lobby // where clients are until the header is there
	Timeout time.Duration    // for the header
}

// sends reports whether a connection begins with a header.
func (p *Proxy) sends(nc net.Conn) bool {
	at, ok := nc.RemoteAddr().(*net.TCPAddr)
	if p == nil || !ok {
		return false
	}
	ip := at.AddrPort().Addr().Unmap().WithZone("")
	for _, network := range p.From {
		if network.Contains(ip) {
			return true
		}
	}
	return len(p.From) == 0
}

// errProxyHeader is about what is no header of a proxy.
var errProxyHeader = errors.New("not a header of the PROXY protocol")

// receive reads the header. The connection is from whom it says, or from the proxy itself.
func (p *Proxy) receive(nc net.Conn, now time.Time) (net.Conn, error) {
	place := p.Lobby.Enter(nc)
	defer place.Leave()
	if err := nc.SetReadDeadline(now.Add(p.Timeout)); err != nil {
		return nil, err
	}
	from, err := readProxyHeader(nc)
	if err != nil {
		return nil, err
	}
	if err := nc.SetReadDeadline(time.Time{}); err != nil {
		return nil, err
	}
	if tcp, ok := nc.(*net.TCPConn); ok && from != nil {
		return &proxied{tcp, from}, nil
	}
	return nc, nil
}

// proxied is a socket whose other end is behind a proxy.
type proxied struct {
	*net.TCPConn
	from net.Addr
}

// RemoteAddr is where the client is.
func (p *proxied) RemoteAddr() net.Addr { return p.from }

// The parts of a header.
const (
	signature = "\r\n\r\n\x00\r\nQUIT\n" // of version 2
	longestV1 = 107                      // bytes, with the end of the line
	longestV2 = 4 << 10                  // behind the first 16
)

// readProxyHeader reads a header, of either version, and not a byte more. from is nil where it
// does not say whom the connection is from.
func readProxyHeader(r io.Reader) (from net.Addr, err error) {
	head := make([]byte, len(signature), longestV1)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	if string(head) == signature {
		return readV2(r)
	}
	if !bytes.HasPrefix(head, []byte("PROXY ")) {
		return nil, errProxyHeader
	}
	for one := make([]byte, 1); head[len(head)-1] != '\n'; head = append(head, one[0]) {
		if len(head) == longestV1 {
			return nil, errProxyHeader
		}
		if _, err := io.ReadFull(r, one); err != nil {
			return nil, err
		}
	}
	return parseV1(string(head))
}

func parseV1(line string) (net.Addr, error) {
	line, ok := strings.CutSuffix(line, "\r\n")
	words := strings.Split(line, " ")
	switch {
	case ok && words[1] == "UNKNOWN":
		return nil, nil
	case !ok || len(words) != 6:
		return nil, errProxyHeader
	}
	ip, err := netip.ParseAddr(words[2])
	port, wrong := strconv.ParseUint(words[4], 10, 16)
	if err != nil || wrong != nil || ip.Zone() != "" || words[1] != "TCP4" && words[1] != "TCP6" || ip.Is4() != (words[1] == "TCP4") {
		return nil, errProxyHeader
	}
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(ip.Unmap(), uint16(port))), nil
}

func readV2(r io.Reader) (net.Addr, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	size := int(binary.BigEndian.Uint16(head[2:]))
	if head[0]>>4 != 2 || head[0]&15 > 1 || size > longestV2 {
		return nil, errProxyHeader
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, err
	}
	if head[0]&15 == 0 { // the proxy speaks for itself
		return nil, nil
	}
	var ip netip.Addr
	n := 0 // bytes of an address
	switch head[1] {
	case 0x11:
		n = 4
	case 0x21:
		n = 16
	default:
		return nil, nil // of a kind that is no address here
	}
	if size < 2*n+4 {
		return nil, errProxyHeader
	}
	ip, _ = netip.AddrFromSlice(body[:n])
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(ip.Unmap(), binary.BigEndian.Uint16(body[2*n:]))), nil
}
