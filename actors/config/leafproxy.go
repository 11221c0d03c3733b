package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"
)

// RemoteProxy is a proxy that connects to hubs, asked by HTTP (CONNECT).
type RemoteProxy struct {
	// URL is where it is: http://host:port. The default port is 80.
	URL string
	// Username and Password are what it is told. Default: nothing.
	Username, Password string
	// Timeout is how long it may take to connect. Default: 5s.
	Timeout time.Duration
}

// Address is host:port of the proxy. The error says what is wrong with its URL, without what is secret in it.
func (p *RemoteProxy) Address() (string, error) {
	u, err := url.Parse(p.URL)
	switch {
	case err != nil:
		return "", errors.New("the URL of the proxy is none")
	case u.Scheme != "http":
		return "", fmt.Errorf("the scheme of the proxy is %q, and not http", u.Scheme)
	case u.Hostname() == "":
		return "", errors.New("there is no host in the URL of the proxy")
	case u.User != nil:
		return "", errors.New("the proxy is told who asks by username and password, and not by its URL")
	case u.Port() == "":
		return net.JoinHostPort(u.Hostname(), "80"), nil
	}
	return u.Host, nil
}

// check reports what is wrong with a proxy to hubs that are reached by WebSocket, or not. Nil is none.
func (p *RemoteProxy) check(web bool) error {
	if p == nil {
		return nil
	}
	_, err := p.Address()
	switch {
	case err != nil:
		return err
	case !web:
		return errors.New("a proxy is for URLs with ws:// or wss://")
	case (p.Username == "") != (p.Password == ""):
		return errors.New("the proxy needs a username and a password, or neither")
	case p.Timeout < 0:
		return fmt.Errorf("the timeout of the proxy is %s", p.Timeout)
	}
	return nil
}

// withoutSecrets is the same, as far as it may be shown.
func (p *RemoteProxy) withoutSecrets() *RemoteProxy {
	if p == nil {
		return nil
	}
	at, _ := p.Address() // it is none where that is wrong
	return &RemoteProxy{URL: "http://" + at, Username: p.Username, Timeout: p.Timeout}
}
