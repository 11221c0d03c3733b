package uplink

import (
	"bufio"
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// This file is a hub that is reached through a proxy, which is asked for a way to it by HTTP (CONNECT).

// Proxy is such a proxy.
type Proxy struct {
	Address        string // host:port
	User, Password string // empty: it is told none
	Timeout        time.Duration
}

// patience is how long the way to a hub may take to be made, before the handshake with the hub begins. A nil proxy needs none.
func (p *Proxy) patience() time.Duration {
	if p == nil {
		return 0
	}
	return cmp.Or(p.Timeout, handshakeTime)
}

// same reports whether two are one. Nil is none.
func (p *Proxy) same(o *Proxy) bool { return p == o || p != nil && o != nil && *p == *o }

// reach makes a connection to a hub, through the proxy if there is one. That is for hubs that are reached by WebSocket alone.
func (r *Remote) reach(ctx context.Context, u *url.URL) (net.Conn, error) {
	quiet := net.Dialer{KeepAlive: -1} // a link has PINGs of its own
	if r.Proxy == nil || !byWeb(u) {
		return quiet.DialContext(ctx, "tcp", u.Host)
	}
	ctx, cancel := context.WithTimeout(ctx, r.Proxy.patience())
	defer cancel()
	nc, err := quiet.DialContext(ctx, "tcp", r.Proxy.Address)
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = nc.SetDeadline(time.Unix(1, 0)) }) // it fails if it is closed, and then nobody waits
	err = r.Proxy.ask(nc, u.Host)
	if !stop() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		nc.Close()
		return nil, fmt.Errorf("proxy: %w", err)
	}
	return nc, nil
}

var errEarly = errors.New("the proxy says more than its answer")

// ask has the proxy connect to a hub.
func (p *Proxy) ask(nc net.Conn, hub string) error {
	request := &http.Request{Method: http.MethodConnect, Host: hub, URL: &url.URL{Host: hub}, ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}}
	if p.User != "" {
		request.Header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(p.User+":"+p.Password)))
	}
	if err := request.Write(nc); err != nil {
		return err
	}
	from := bufio.NewReader(&io.LimitedReader{R: nc, N: mostResponse})
	response, err := http.ReadResponse(from, request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode != http.StatusOK:
		return errors.New(response.Status)
	case from.Buffered() > 0: // a hub by WebSocket is asked before it says anything
		return errEarly
	}
	return nil
}
