package troupecmd

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"github.com/troupe-mq/troupe/cmd/troupe/conf"
)

// traces are the files by which others find the process. They go when it stops
// in good order; after a crash they stay, for whoever looks into it.
type traces struct{ written files }

// files are by their path, which is absolute.
type files map[string]file

type file struct {
	what    string
	content []byte
}

// ports is the content of the ports file.
type ports struct {
	Nats       []string `json:"nats,omitempty"`
	WebSocket  []string `json:"websocket,omitempty"`
	Monitoring []string `json:"monitoring,omitempty"`
	Cluster    []string `json:"cluster,omitempty"`
	LeafNodes  []string `json:"leafnodes,omitempty"`
	Profile    []string `json:"profile,omitempty"`
}

// files are what is to be left behind by a process with these settings.
func (p *process) files(settings *conf.Settings) (files, error) {
	pid := strconv.Itoa(os.Getpid())
	wanted := make(files)
	var errs []error
	add := func(path, what string, content []byte) {
		path, err := filepath.Abs(path)
		errs = append(errs, err)
		wanted[path] = file{what, content}
	}
	if settings.PidFile != "" {
		add(settings.PidFile, "pid file", []byte(pid))
	}
	if dir := settings.PortsFileDir; dir != "" {
		all := ports{
			Nats: urls("nats", p.broker.Addr()), WebSocket: urls(webScheme(settings), p.broker.WebSocketAddr()),
			Cluster: urls(clusterScheme(settings), p.broker.ClusterAddr()), LeafNodes: urls("nats-leaf", p.broker.LeafNodeAddr()),
		}
		if p.monitoring != nil {
			all.Monitoring = urls(monitorScheme(settings), p.monitoring.Addr())
		}
		if p.profile != nil {
			all.Profile = urls("http", p.profile.Addr())
		}
		content, err := json.Marshal(all)
		errs = append(errs, err)
		add(filepath.Join(dir, p.program+"_"+pid+".ports"), "ports file", content)
	}
	return wanted, errors.Join(errs...)
}

// webScheme is how WebSocket clients write the address.
func webScheme(settings *conf.Settings) string {
	if w := settings.Broker.WebSocket; w != nil && w.TLS != nil {
		return "wss"
	}
	return "ws"
}

// clusterScheme is how other servers write the address.
func clusterScheme(settings *conf.Settings) string {
	if c := settings.Broker.Cluster; c != nil && c.TLS != nil {
		return "tls"
	}
	return "nats"
}

// monitorScheme is how the monitoring is asked.
func monitorScheme(settings *conf.Settings) string {
	if settings.HTTPSPort != 0 {
		return "https"
	}
	return "http"
}

// leaveAll writes those that are not there yet.
func (t *traces) leaveAll(wanted files) error {
	for path, f := range wanted {
		if before, there := t.written[path]; there && bytes.Equal(before.content, f.content) {
			continue
		}
		if err := leave(path, f.content); err != nil {
			return fmt.Errorf("cannot write the %s: %w", f.what, err)
		}
		if t.written == nil {
			t.written = make(files)
		}
		t.written[path] = f
	}
	return nil
}

// leave writes a file under another name first, so that nobody who waits for it
// to appear can read half of it.
func leave(path string, content []byte) error {
	fresh := path + ".new"
	if err := os.WriteFile(fresh, content, 0o660); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		_ = os.Remove(fresh) // the rename is what failed
		return err
	}
	return nil
}

// keep takes away all but those that are wanted, unless another process has
// written over them.
func (t *traces) keep(wanted files) {
	for path, f := range t.written {
		if _, stays := wanted[path]; stays {
			continue
		}
		if now, err := os.ReadFile(path); err == nil && string(now) == string(f.content) {
			_ = os.Remove(path) // a stale file is no reason to fail
		}
		delete(t.written, path)
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
