package observer

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/front"
	"github.com/troupe-mq/troupe/actors/report"
)

// pageHeader is set by the page on what changes something. A form of another site
// cannot set it, and a script of another site may not.
const pageHeader = "X-Troupe-Page"

// Why something may not be done.
var (
	errNotOurs  = errors.New("only the page itself may do this")
	errWhoIsIt  = errors.New("this needs a user of the system account")
	errNoStream = errors.New("this server can only answer, and not go on")
	errBusy     = errors.New("too many pages ask for this")
	errPlain    = errors.New("a password is taken over HTTPS only, or from this machine")
)

// act lets a handler change something if the one who asks may do that.
func (o *Observer) act(handler http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch err := o.mayAct(r); {
		case err == nil:
			handler(w, r)
		case errors.Is(err, errWhoIsIt):
			refuse(w, http.StatusUnauthorized, err.Error())
		default:
			refuse(w, http.StatusForbidden, err.Error())
		}
	}
}

// mayAct is why the one who asks may not change anything, nil if it may. Whoever sits at
// this machine may. Others say who they are, by a user of the system account, and are
// believed if the broker lets that user in.
func (o *Observer) mayAct(r *http.Request) error {
	if err := ofPage(r); err != nil {
		return err
	}
	if atThisMachine(r) {
		return nil
	}
	user, password, said := r.BasicAuth()
	switch {
	case !said:
		return errWhoIsIt
	case r.TLS == nil && !fromLoopback(r):
		return errPlain
	}
	return o.watches(r.Context(), user, password)
}

// ofPage turns away what a page of another site may have sent.
func ofPage(r *http.Request) error {
	if r.Method == http.MethodPost && r.Header.Get(pageHeader) == "" {
		return errNotOurs
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		return errNotOurs
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	for _, origin := range r.Header.Values("Origin") {
		if u, err := url.Parse(origin); err != nil || u.Scheme != scheme || !strings.EqualFold(u.Host, r.Host) {
			return errNotOurs
		}
	}
	return nil
}

// atThisMachine reports whether the one who asks sits at it. Behind a proxy everybody
// seems to, and with a name that was made to lead here too.
func atThisMachine(r *http.Request) bool {
	for _, proxied := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if r.Header.Get(proxied) != "" {
			return false
		}
	}
	return fromLoopback(r) && front.IsLoopback(front.HostOf(r.Host))
}

func fromLoopback(r *http.Request) bool {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && at.Addr().Unmap().IsLoopback()
}

// patience is how long the broker may take to let a user in.
const patience = 5 * time.Second

// watches is nil if the broker lets the user in, and into the system account. The user
// comes in as any client would, so that nothing else decides who may; and the connection
// is asked who it is, which no message could tell as surely.
func (o *Observer) watches(ctx context.Context, user, password string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	leave, err := o.places.Enter(ctx, netip.Addr{})
	if err != nil {
		return err
	}
	defer leave()
	nc, err := o.broker.InProcessConn()
	if err != nil {
		return err
	}
	defer nc.Close()
	_ = nc.SetDeadline(time.Now().Add(patience)) // a pipe has deadlines
	cid, err := comeIn(nc, user, password)
	if err != nil {
		return errWhoIsIt
	}
	found, err := o.broker.Connections(ctx, report.ConnectionQuery{CID: cid})
	if err != nil || len(found.Connections) != 1 || found.Connections[0].Account != o.broker.Config().SystemAccount {
		return errWhoIsIt
	}
	return nil
}

// comeIn connects as a user, and returns the connection's number. The error is that the
// user may not come in.
func comeIn(nc io.ReadWriter, user, password string) (cid uint64, err error) {
	r := bufio.NewReader(nc)
	line, err := r.ReadString('\n')
	if err != nil {
		return 0, err
	}
	var info struct {
		CID uint64 `json:"client_id"`
	}
	if err := json.Unmarshal([]byte(strings.TrimPrefix(line, "INFO ")), &info); err != nil {
		return 0, err
	}
	connect, err := json.Marshal(map[string]any{"user": user, "pass": password, "verbose": false, "name": name})
	if err != nil {
		return 0, err
	}
	if _, err := fmt.Fprintf(nc, "CONNECT %s\r\nPING\r\n", connect); err != nil {
		return 0, err
	}
	for {
		line, err := r.ReadString('\n')
		switch {
		case err != nil:
			return 0, err
		case strings.HasPrefix(line, "-ERR"):
			return 0, errWhoIsIt
		case strings.HasPrefix(line, "PONG"):
			return info.CID, nil
		}
	}
}
