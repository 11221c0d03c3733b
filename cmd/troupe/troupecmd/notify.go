package troupecmd

import (
	"net"
	"os"
)

// What the service manager is told. It listens on the socket that NOTIFY_SOCKET
// names, if it started the process as one that says when it is ready.
const (
	notifyReady     = "READY=1"
	notifyReloading = "RELOADING=1"
	notifyStopping  = "STOPPING=1"
)

// notify tells the service manager, if there is one, where the process stands.
func (p *process) notify(state string) {
	path := os.Getenv("NOTIFY_SOCKET")
	if path == "" {
		return
	}
	if err := tell(path, state); err != nil {
		p.log.Warn("the service manager cannot be told", "error", err)
	}
}

// tell sends one datagram. A name that begins with @ is in the abstract name
// space, and package net knows it by that too.
func tell(path, state string) error {
	nc, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		return err
	}
	defer func() { _ = nc.Close() }() // the datagram has left
	if state == notifyReloading {
		state += monotonic()
	}
	_, err = nc.Write([]byte(state))
	return err
}
