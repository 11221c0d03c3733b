package uplink

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nkeys"

	"github.com/troupe-mq/troupe/actors/internal/compression"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
	"github.com/troupe-mq/troupe/wire/link"
)

// handshakeTime is how long a hub may take from the dialing to the INFO that lets the link in.
const handshakeTime = 5 * time.Second

// Self is who this broker is to hubs.
type Self struct {
	ID, Name, Version string
	Troupe            string // this broker's own version
	Cluster           string // unique: leaf nodes of one cluster do not see each other
	Node              string
	MaxPayload        func() int // the largest payload that the broker takes, in bytes
}

// hubInfo is what a hub says about itself, as far as it matters.
type hubInfo struct {
	ServerID      string            `json:"server_id"`
	ServerName    string            `json:"server_name"`
	Version       string            `json:"version"`
	Proto         int               `json:"proto"`
	Headers       bool              `json:"headers"`
	MaxPayload    int               `json:"max_payload"`
	TLSRequired   bool              `json:"tls_required"`
	JetStream     bool              `json:"jetstream"`
	APILevel      int               `json:"api_lvl"`
	Domain        string            `json:"domain"`
	Cluster       string            `json:"cluster"`
	Nonce         string            `json:"nonce"`
	LeafNodeURLs  []string          `json:"leafnode_urls"`
	WebURLs       []string          `json:"ws_connect_urls"`
	ConnectInfo   bool              `json:"connect_info"`
	RemoteAccount string            `json:"remote_account"`
	Import        *peer.Permissions `json:"import"`
	Export        *peer.Permissions `json:"export"`
	Compression   compression.Mode  `json:"compression"`
}

// greeting is the CONNECT of a leaf node.
type greeting struct {
	Name         string `json:"name"`
	ServerID     string `json:"server_id"`
	Cluster      string `json:"cluster"`
	Version      string `json:"version"`
	Troupe       string `json:"troupe"`
	Headers      bool   `json:"headers"`
	Protocol     int    `json:"protocol"`
	NoResponders bool   `json:"no_responders"`
	TLSRequired  bool   `json:"tls_required,omitempty"`
	Hub          bool   `json:"is_hub,omitempty"`
	// MaxPayload is ours: a hub like this one sends nothing larger.
	MaxPayload    int              `json:"max_payload,omitempty"`
	Compression   compression.Mode `json:"compress_mode,omitempty"`
	DenyPub       []string         `json:"deny_pub,omitempty"` // what it need not send
	Isolate       bool             `json:"isolate,omitempty"`
	RemoteAccount string           `json:"remote_account,omitempty"`
	User          string           `json:"user,omitempty"`
	Pass          string           `json:"pass,omitempty"`
	Token         string           `json:"auth_token,omitempty"`
	NKey          string           `json:"nkey,omitempty"`
	JWT           string           `json:"jwt,omitempty"`
	Sig           string           `json:"sig,omitempty"`
}

// errNoHub is the error of a port that is none for leaf nodes.
var errNoHub = errors.New("this is no port for leaf nodes")

// shaken is a connection to a hub that has let the link in.
type shaken struct {
	conn net.Conn
	info hubInfo
}

// dial makes a connection to a hub, whose certificate is to be for name, and shakes hands. The error says what was wrong, in the hub's words
// if it had some.
func dial(ctx context.Context, r *Remote, u *url.URL, name string, self *Self) (*shaken, error) {
	ctx, cancel := context.WithTimeout(ctx, r.Proxy.patience()+handshakeTime)
	defer cancel()
	nc, err := r.reach(ctx, u)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = nc.SetDeadline(time.Unix(1, 0)) }) // it fails if it is closed, and then nobody waits
	s := &shaken{conn: nc}
	if err := s.shake(ctx, r, u, name, self); err != nil {
		nc.Close()
		return nil, err
	}
	if !stop() {
		nc.Close()
		return nil, context.Cause(ctx)
	}
	return s, nil
}

func (s *shaken) shake(ctx context.Context, r *Remote, u *url.URL, name string, self *Self) error {
	begun := time.Now()
	web := byWeb(u)
	secure := r.TLS != nil || u.Scheme == tlsScheme || u.Scheme == webTLSScheme
	first := r.TLS.first() || web && secure
	if first {
		if err := s.encrypt(ctx, r, name); err != nil {
			return err
		}
	}
	if web {
		if err := s.upgrade(u); err != nil {
			return err
		}
	}
	if err := s.hear(&s.info); err != nil {
		return err
	}
	secure = secure || s.info.TLSRequired && !web
	if secure && !first {
		if err := s.encrypt(ctx, r, name); err != nil {
			return err
		}
	}
	terms, err := s.compress(r, self, begun)
	if err != nil {
		return err
	}
	g, err := introduce(r, u, self, s.info.Nonce)
	if err != nil {
		return err
	}
	g.TLSRequired, g.Compression = secure, terms.Mode
	if err := s.say("CONNECT", g); err != nil {
		return err
	}
	domain := s.info.Domain
	if err := s.hear(&s.info); err != nil {
		return err
	}
	if !s.info.ConnectInfo {
		return errNoHub
	}
	s.info.Domain = cmp.Or(s.info.Domain, domain)
	return nil
}

// encrypt shakes hands by TLS.
func (s *shaken) encrypt(ctx context.Context, r *Remote, name string) error {
	c, err := r.TLS.load(name)
	if err != nil {
		return err
	}
	if r.TLS != nil && r.TLS.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.TLS.Timeout)
		defer cancel()
	}
	over := tls.Client(s.conn, c)
	if err := over.HandshakeContext(ctx); err != nil {
		return fmt.Errorf("TLS: %w", err)
	}
	s.conn = over
	return nil
}

// hear reads an INFO. What comes behind it is left where it is: the connection reads that.
func (s *shaken) hear(info *hubInfo) error {
	line, err := s.line()
	if err != nil {
		return err
	}
	var c link.Command
	next, err := (&link.Parser{}).Next(line, 0, &c)
	switch {
	case err != nil || next == 0:
		return errNoHub
	case c.Op == link.OpErr:
		return &saidError{report.Brief(string(c.Arg.Of(line)))}
	case c.Op != link.OpInfo:
		return errNoHub
	}
	*info = hubInfo{}
	if err := json.Unmarshal(c.Arg.Of(line), info); err != nil {
		return fmt.Errorf("its INFO cannot be read: %w", err)
	}
	return nil
}

// say writes a line.
func (s *shaken) say(word string, fields any) error {
	text, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	_, err = s.conn.Write(fmt.Appendf(nil, "%s %s\r\n", word, text))
	return err
}

// line reads one line, byte by byte: nothing behind it may be taken.
func (s *shaken) line() ([]byte, error) {
	var line []byte
	one := make([]byte, 1)
	for len(line) < link.DefaultMaxControlLine {
		if _, err := s.conn.Read(one); err != nil {
			return nil, err
		}
		if line = append(line, one[0]); one[0] == '\n' {
			return line, nil
		}
	}
	return nil, wire.ErrMaxControlLine
}

// saidError is what a hub has said is wrong.
type saidError struct{ text string }

func (e *saidError) Error() string { return "the hub says: " + e.text }

// introduce is the CONNECT by which the broker says who it is.
func introduce(r *Remote, u *url.URL, self *Self, nonce string) (*greeting, error) {
	g := &greeting{
		Name: self.Name, ServerID: self.ID, Cluster: self.Cluster, Version: self.Version, Troupe: self.Troupe, Headers: true, Protocol: peer.Protocol, NoResponders: true,
		MaxPayload: self.MaxPayload(), DenyPub: r.DenyImports, Hub: r.Hub, Isolate: r.Isolate, RemoteAccount: r.Account, User: r.User, Pass: r.Password, Token: r.Token,
	}
	if as := u.User; as != nil {
		if pass, ok := as.Password(); ok {
			g.User, g.Pass, g.Token = as.Username(), pass, ""
		} else {
			g.Token = as.Username()
		}
	}
	seed := []byte(strings.TrimSpace(r.NKey))
	if r.Credentials != "" {
		text, err := os.ReadFile(r.Credentials)
		if err != nil {
			return nil, fmt.Errorf("credentials: %w", err)
		}
		if g.JWT, err = nkeys.ParseDecoratedJWT(text); err != nil {
			return nil, fmt.Errorf("credentials: %w", err)
		}
		pair, err := nkeys.ParseDecoratedNKey(text)
		if err != nil {
			return nil, fmt.Errorf("credentials: %w", err)
		}
		return g, g.sign(pair, nonce)
	}
	if len(seed) == 0 {
		return g, nil
	}
	pair, err := nkeys.FromSeed(seed)
	if err != nil {
		return nil, fmt.Errorf("nkey: %w", err)
	}
	if g.NKey, err = pair.PublicKey(); err != nil {
		return nil, fmt.Errorf("nkey: %w", err)
	}
	return g, g.sign(pair, nonce)
}

// sign proves to a hub that the broker has a key.
func (g *greeting) sign(pair nkeys.KeyPair, nonce string) error {
	defer pair.Wipe()
	sig, err := pair.Sign([]byte(nonce))
	if err != nil {
		return fmt.Errorf("signing: %w", err)
	}
	g.Sig = base64.RawURLEncoding.EncodeToString(sig)
	return nil
}
