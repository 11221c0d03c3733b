package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/monitor"
)

// traces are the files by which others find the process. They go when it stops
// in good order; after a crash they stay, for whoever looks into it.
type traces struct{ written map[string][]byte }

// ports is the content of the ports file.
type ports struct {
	Nats       []string `json:"nats,omitempty"`
	WebSocket  []string `json:"websocket,omitempty"`
	Monitoring []string `json:"monitoring,omitempty"`
}

// leaveTraces writes the files that are wanted. There may be no monitoring.
func (p *process) leaveTraces(broker *actors.Broker, m *monitor.Server, t *traces) error {
	pid := strconv.Itoa(os.Getpid())
	if path := p.settings.PidFile; path != "" {
		if err := t.leave(path, []byte(pid)); err != nil {
			return fmt.Errorf("cannot write the pid file: %w", err)
		}
	}
	if dir := p.settings.PortsFileDir; dir != "" {
		all := ports{Nats: urls("nats", broker.Addr()), WebSocket: urls(p.webScheme(), broker.WebSocketAddr())}
		if m != nil {
			all.Monitoring = urls(p.monitorScheme(), m.Addr())
		}
		content, err := json.Marshal(all)
		if err != nil {
			return err
		}
		if err := t.leave(filepath.Join(dir, p.program+"_"+pid+".ports"), content); err != nil {
			return fmt.Errorf("cannot write the ports file: %w", err)
		}
	}
	return nil
}

// webScheme is how WebSocket clients write the address.
func (p *process) webScheme() string {
	if w := p.settings.Broker.WebSocket; w != nil && w.TLS != nil {
		return "wss"
	}
	return "ws"
}

// monitorScheme is how the monitoring is asked.
func (p *process) monitorScheme() string {
	if p.settings.HTTPSPort != 0 {
		return "https"
	}
	return "http"
}

// leave writes a file under another name first, so that nobody who waits for it
// to appear can read half of it.
func (t *traces) leave(path string, content []byte) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	fresh := path + ".new"
	if err := os.WriteFile(fresh, content, 0o660); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		_ = os.Remove(fresh) // the rename is what failed
		return err
	}
	if t.written == nil {
		t.written = make(map[string][]byte)
	}
	t.written[path] = content
	return nil
}

// remove takes away what was left, unless another process has written over it.
func (t *traces) remove() {
	for path, content := range t.written {
		if now, err := os.ReadFile(path); err == nil && string(now) == string(content) {
			_ = os.Remove(path) // a stale file is no reason to fail a good stop
		}
	}
}

// urls are all addresses by which a listener is reached: one, or each of the
// machine's if it listens on all of them.
func urls(scheme string, addr net.Addr) []string {
	a, ok := addr.(*net.TCPAddr)
	if !ok {
		return nil
	}
	ips := []net.IP{a.IP}
	if a.IP.IsUnspecified() {
		ips = ownIPs()
	}
	var all []string
	for _, ip := range ips {
		all = append(all, scheme+"://"+net.JoinHostPort(ip.String(), strconv.Itoa(a.Port)))
	}
	return all
}

// ownIPs are the machine's addresses, without those that are of no use to
// others unless they know the interface.
func ownIPs() []net.IP {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return []net.IP{net.IPv4(127, 0, 0, 1)}
	}
	var ips []net.IP
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLinkLocalUnicast() {
			ips = append(ips, n.IP)
		}
	}
	return ips
}
