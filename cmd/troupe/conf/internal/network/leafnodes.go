package network

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// remoteKeys are the keys of one remote of a leafnodes block.
var remoteKeys = lang.Table(map[string]func(*actors.Remote, any) error{
	"url urls":            lang.Texts(func(r *actors.Remote) *[]string { return &r.URLs }),
	"tls":                 lang.NeedsBlock[actors.Remote]("{ ca_file: … }"),
	"proxy":               lang.NeedsBlock[actors.Remote]("{ url: \"http://…\" }"),
	"name":                lang.Text(func(r *actors.Remote) *string { return &r.Name }),
	"account local":       lang.Text(func(r *actors.Remote) *string { return &r.Account }),
	"user username":       lang.Text(func(r *actors.Remote) *string { return &r.User }),
	"pass password":       lang.Text(func(r *actors.Remote) *string { return &r.Password }),
	"token":               lang.Text(func(r *actors.Remote) *string { return &r.Token }),
	"creds credentials":   lang.Text(func(r *actors.Remote) *string { return &r.Credentials }),
	"nkey seed":           lang.Text(func(r *actors.Remote) *string { return &r.NKey }),
	"jetstream_domain":    lang.Text(func(r *actors.Remote) *string { return &r.JetStreamDomain }),
	"no_randomize":        lang.Toggle(func(r *actors.Remote) *bool { return &r.NoRandomize }),
	"dont_randomize":      lang.Toggle(func(r *actors.Remote) *bool { return &r.NoRandomize }),
	"hub":                 lang.Toggle(func(r *actors.Remote) *bool { return &r.Hub }),
	"isolate":             lang.Toggle(func(r *actors.Remote) *bool { return &r.Apart }),
	"request_isolation":   lang.Toggle(func(r *actors.Remote) *bool { return &r.Isolate }),
	"first_info_timeout":  patience[actors.Remote],
	"dial_timeout":        patience[actors.Remote],
	"tls_handshake_first": func(r *actors.Remote, value any) error { return setHandshakeFirst(&tlsOf(r).TLS, value) },
	"handshake_first":     func(r *actors.Remote, value any) error { return setHandshakeFirst(&tlsOf(r).TLS, value) },
	"compression":         func(r *actors.Remote, value any) error { return setCompression(&r.Compression, value, leafCompression) },
	"jetstream_cluster_migrate js_cluster_migrate": func(*actors.Remote, any) error { return nil }, // it is about streams here, of which there are none

	// both are offers that a hub need not take
	"ws_compression ws_compress websocket_compression websocket_compress": func(*actors.Remote, any) error { return nil },
	"ws_no_masking websocket_no_masking":                                  func(*actors.Remote, any) error { return nil },

	"isolate_leafnode_interest": lang.Toggle(func(r *actors.Remote) *bool { return &r.Apart }),

	"deny_imports deny_import":                    lang.Texts(func(r *actors.Remote) *[]string { return &r.DenyImports }),
	"deny_exports deny_export":                    lang.Texts(func(r *actors.Remote) *[]string { return &r.DenyExports }),
	"ignore_discovered_servers ignore_discovered": lang.Toggle(func(r *actors.Remote) *bool { return &r.IgnoreDiscovered }),
})

// missingProxy are those of the proxy of a remote.
var missingProxy = map[string]string{"tls": "proxies that are asked by TLS"}

// proxyKeys are the keys of the proxy of a remote.
var proxyKeys = lang.Table(map[string]func(*config.RemoteProxy, any) error{
	"url":      lang.Text(func(p *config.RemoteProxy) *string { return &p.URL }),
	"username": lang.Text(func(p *config.RemoteProxy) *string { return &p.Username }),
	"password": lang.Text(func(p *config.RemoteProxy) *string { return &p.Password }),
	"timeout":  lang.Duration(func(p *config.RemoteProxy) *time.Duration { return &p.Timeout }),
})

func tlsOf(r *actors.Remote) *config.RemoteTLS {
	if r.TLS == nil {
		r.TLS = new(config.RemoteTLS)
	}
	return r.TLS
}

// LeafNodes reads a leafnodes block; nil: nobody may come by it, and there are no remotes in it.
func LeafNodes(r *lang.Reader, values map[string]any, at lang.FileError) *actors.LeafNodes {
	l, port := &actors.LeafNodes{}, actors.LeafPort{}
	r.Block(values, func(key string, value any, at lang.FileError) (err error) {
		block, isBlock := value.(map[string]any)
		switch lower := strings.ToLower(key); {
		case lower == "remotes" || lower == "remote":
			return remotes(r, l, key, value)
		case lower == "ping_interval":
			l.PingInterval, err = lang.ToDuration(value)
			return lang.Named(key, err)
		case lower == "ping_max":
			r.Warn(at, fmt.Errorf("%q has no effect: %s", key, idleCluster[lower]))
			return nil
		case isBlock && lower == "tls":
			port.TLS = new(actors.TLS)
			TLS(r, block, port.TLS)
		case isBlock && lower == "compression":
			compressionBlock(r, block, &port.Compression, &port.RTTThresholds, leafCompression)
		case isBlock && (lower == "authorization" || lower == "authentication"):
			portAuthorization(r, &port, block, at)
		default:
			return lang.Set(&port, key, value, portKeys, nil)
		}
		return nil
	})
	switch {
	case port.Port != 0:
		l.Listen = &port
	case !reflect.DeepEqual(port, actors.LeafPort{}):
		r.Warn(at, errors.New("no leaf nodes come in: the leafnodes block has neither listen nor port"))
	}
	if l.Listen == nil && len(l.Remotes) == 0 {
		return nil
	}
	return l
}

func remotes(r *lang.Reader, l *actors.LeafNodes, key string, value any) error {
	had := len(l.Remotes)
	var sound []bool // one mistake is enough for each
	var off []bool
	places, err := r.List(value, "{ url: …, account: … }", func(block map[string]any) {
		before := len(r.Mistakes())
		to, disabled := remote(r, block)
		l.Remotes = append(l.Remotes, to)
		sound, off = append(sound, len(r.Mistakes()) == before), append(off, disabled)
	})
	for i := range places {
		if !sound[i] {
			continue
		}
		if err := l.Remotes[had+i].Validate(); err != nil {
			r.Fail(places[i], err)
		}
	}
	for i, disabled := range slices.Backward(off) {
		if disabled {
			l.Remotes = slices.Delete(l.Remotes, had+i, had+i+1)
		}
	}
	return lang.Named(key, err)
}

// remote reads one of them, which may be switched off.
func remote(r *lang.Reader, block map[string]any) (to actors.Remote, disabled bool) {
	r.Block(block, func(key string, value any, _ lang.FileError) error {
		if inner, ok := value.(map[string]any); ok && strings.EqualFold(key, "tls") {
			remoteTLS(r, inner, tlsOf(&to))
			return nil
		} else if ok && strings.EqualFold(key, "proxy") {
			to.Proxy = new(config.RemoteProxy)
			r.Block(inner, func(key string, value any, _ lang.FileError) error {
				return lang.Set(to.Proxy, key, value, proxyKeys, missingProxy)
			})
			return nil
		} else if ok && strings.EqualFold(key, "compression") {
			compressionBlock(r, inner, &to.Compression, &to.RTTThresholds, leafCompression)
			return nil
		} else if strings.EqualFold(key, "disabled") {
			disabled = !lang.IsOff(value)
			return nil
		}
		return lang.Set(&to, key, value, remoteKeys, nil)
	})
	return to, disabled
}
