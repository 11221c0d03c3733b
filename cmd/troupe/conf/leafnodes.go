package conf

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors"
)

// remoteKeys are the keys of one remote of a leafnodes block, besides lists and blocks.
var remoteKeys = index(map[string]func(*actors.Remote, any) error{
	"name":                text(func(r *actors.Remote) *string { return &r.Name }),
	"account local":       text(func(r *actors.Remote) *string { return &r.Account }),
	"user username":       text(func(r *actors.Remote) *string { return &r.User }),
	"pass password":       text(func(r *actors.Remote) *string { return &r.Password }),
	"token":               text(func(r *actors.Remote) *string { return &r.Token }),
	"creds credentials":   text(func(r *actors.Remote) *string { return &r.Credentials }),
	"nkey":                text(func(r *actors.Remote) *string { return &r.NKey }),
	"jetstream_domain":    text(func(r *actors.Remote) *string { return &r.JetStreamDomain }),
	"no_randomize":        toggle(func(r *actors.Remote) *bool { return &r.NoRandomize }),
	"dont_randomize":      toggle(func(r *actors.Remote) *bool { return &r.NoRandomize }),
	"first_info_timeout":  func(_ *actors.Remote, value any) error { _, err := toDuration(value); return err },
	"tls_handshake_first": toggle(func(r *actors.Remote) *bool { return &tlsOf(r).HandshakeFirst }),
	"handshake_first":     toggle(func(r *actors.Remote) *bool { return &tlsOf(r).HandshakeFirst }),
	"compression":         setNoCompression,
	"jetstream_cluster_migrate js_cluster_migrate": func(*actors.Remote, any) error { return nil }, // it is about streams here, of which there are none

	"ignore_discovered_servers ignore_discovered": toggle(func(r *actors.Remote) *bool { return &r.IgnoreDiscovered }),
})

// missingRemote are those that Troupe cannot honour.
var missingRemote = map[string]string{
	"hub":               "links in which the remote is the leaf node",
	"ws_compression":    "links over WebSocket",
	"websocket":         "links over WebSocket",
	"ws_no_masking":     "links over WebSocket",
	"proxy":             "links through a proxy",
	"request_isolation": "isolation of leaf nodes",
	"isolate":           "isolation of leaf nodes",
	"disabled":          "remotes that are switched off: leave the remote out",
}

// remoteTLSKeys are the keys of a remote's tls block.
var remoteTLSKeys = index(map[string]func(*actors.RemoteTLS, any) error{
	"cert_file":   text(func(t *actors.RemoteTLS) *string { return &t.CertFile }),
	"key_file":    text(func(t *actors.RemoteTLS) *string { return &t.KeyFile }),
	"ca_file":     text(func(t *actors.RemoteTLS) *string { return &t.CAFile }),
	"server_name": text(func(t *actors.RemoteTLS) *string { return &t.ServerName }),
	"insecure":    toggle(func(t *actors.RemoteTLS) *bool { return &t.Insecure }),
	"timeout":     duration(func(t *actors.RemoteTLS) *time.Duration { return &t.Timeout }),
	"verify":      func(*actors.RemoteTLS, any) error { return nil }, // a hub's certificate is always verified, but for insecure

	"handshake_first first immediate": toggle(func(t *actors.RemoteTLS) *bool { return &t.HandshakeFirst }),
})

// missingLeaf are the keys of the leafnodes block itself that Troupe cannot honour.
var missingLeaf = func() map[string]string {
	all := make(map[string]string)
	for key := range strings.FieldsSeq("listen host net port advertise authorization authentication tls no_advertise min_version isolate_leafnode_interest isolate") {
		all[key] = "leaf nodes of its own yet, only remotes"
	}
	return all
}()

func tlsOf(r *actors.Remote) *actors.RemoteTLS {
	if r.TLS == nil {
		r.TLS = new(actors.RemoteTLS)
	}
	return r.TLS
}

// setNoCompression refuses what is not off: a link has none.
func setNoCompression(_ *actors.Remote, value any) error {
	if word, ok := value.(string); ok && (strings.EqualFold(word, "off") || strings.EqualFold(word, "accept") || strings.EqualFold(word, "disabled")) || isOff(value) {
		return nil
	}
	return errors.New("links have no compression here: off or accept")
}

// setLeafNodes is reached by a value that is no block.
func setLeafNodes(*Settings, any) error {
	return fmt.Errorf("needs a block: leafnodes { remotes [ { url: …, account: … } ] }")
}

// leafNodes reads a leafnodes block.
func (f *file) leafNodes(values map[string]any) {
	l := &actors.LeafNodes{}
	f.block(values, func(key string, value any, at FileError) error {
		switch lower := strings.ToLower(key); lower {
		case "remotes", "remote":
			return f.remotes(l, key, value, at)
		case "reconnect", "reconnect_delay", "reconnect_interval":
			_, err := toDuration(value) // the broker's own patience is as good
			return named(key, err)
		case "compression":
			return named(key, setNoCompression(nil, value))
		default:
			return setKey(l, key, value, map[string]func(*actors.LeafNodes, any) error{}, missingLeaf)
		}
	})
	if len(l.Remotes) > 0 {
		f.settings.Broker.LeafNodes = l
	}
}

func (f *file) remotes(l *actors.LeafNodes, key string, value any, at FileError) error {
	list, ok := value.([]any)
	if !ok {
		return fmt.Errorf("%q: needs a list of blocks: [ { url: …, account: … } ]", key)
	}
	for _, v := range list {
		v, from, _ := f.unwrap(v, at)
		block, ok := v.(map[string]any)
		if !ok {
			f.fail(from, errors.New("a remote needs a block: { url: …, account: … }"))
			continue
		}
		before := len(f.errs)
		r := f.remote(block)
		if len(f.errs) == before { // one mistake is enough for each
			if err := r.Validate(); err != nil {
				f.fail(from, err)
			}
		}
		l.Remotes = append(l.Remotes, r)
	}
	return nil
}

// remote reads one of them.
func (f *file) remote(block map[string]any) (r actors.Remote) {
	f.block(block, func(key string, value any, _ FileError) (err error) {
		switch lower := strings.ToLower(key); lower {
		case "url", "urls":
			r.URLs, err = f.texts(value)
		case "deny_imports", "deny_import":
			r.DenyImports, err = f.texts(value)
		case "deny_exports", "deny_export":
			r.DenyExports, err = f.texts(value)
		case "tls":
			inner, ok := value.(map[string]any)
			if !ok {
				return fmt.Errorf("%q: needs a block: { ca_file: … }", key)
			}
			t := tlsOf(&r)
			f.block(inner, func(key string, value any, _ FileError) error {
				return setKey(t, key, value, remoteTLSKeys, maps.Clone(missingTLS))
			})
		default:
			return setKey(&r, key, value, remoteKeys, missingRemote)
		}
		return named(key, err)
	})
	return r
}
