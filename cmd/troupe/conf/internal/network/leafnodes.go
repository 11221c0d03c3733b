package network

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// remoteKeys are the keys of one remote of a leafnodes block, besides lists and blocks.
var remoteKeys = lang.Table(map[string]func(*actors.Remote, any) error{
	"name":                lang.Text(func(r *actors.Remote) *string { return &r.Name }),
	"account local":       lang.Text(func(r *actors.Remote) *string { return &r.Account }),
	"user username":       lang.Text(func(r *actors.Remote) *string { return &r.User }),
	"pass password":       lang.Text(func(r *actors.Remote) *string { return &r.Password }),
	"token":               lang.Text(func(r *actors.Remote) *string { return &r.Token }),
	"creds credentials":   lang.Text(func(r *actors.Remote) *string { return &r.Credentials }),
	"nkey":                lang.Text(func(r *actors.Remote) *string { return &r.NKey }),
	"jetstream_domain":    lang.Text(func(r *actors.Remote) *string { return &r.JetStreamDomain }),
	"no_randomize":        lang.Toggle(func(r *actors.Remote) *bool { return &r.NoRandomize }),
	"dont_randomize":      lang.Toggle(func(r *actors.Remote) *bool { return &r.NoRandomize }),
	"first_info_timeout":  func(_ *actors.Remote, value any) error { _, err := lang.ToDuration(value); return err },
	"tls_handshake_first": lang.Toggle(func(r *actors.Remote) *bool { return &tlsOf(r).HandshakeFirst }),
	"handshake_first":     lang.Toggle(func(r *actors.Remote) *bool { return &tlsOf(r).HandshakeFirst }),
	"compression":         setNoCompression,
	"jetstream_cluster_migrate js_cluster_migrate": func(*actors.Remote, any) error { return nil }, // it is about streams here, of which there are none

	"ignore_discovered_servers ignore_discovered": lang.Toggle(func(r *actors.Remote) *bool { return &r.IgnoreDiscovered }),
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
var remoteTLSKeys = lang.Table(map[string]func(*config.RemoteTLS, any) error{
	"cert_file":   lang.Text(func(t *config.RemoteTLS) *string { return &t.CertFile }),
	"key_file":    lang.Text(func(t *config.RemoteTLS) *string { return &t.KeyFile }),
	"ca_file":     lang.Text(func(t *config.RemoteTLS) *string { return &t.CAFile }),
	"server_name": lang.Text(func(t *config.RemoteTLS) *string { return &t.ServerName }),
	"insecure":    lang.Toggle(func(t *config.RemoteTLS) *bool { return &t.Insecure }),
	"timeout":     lang.Duration(func(t *config.RemoteTLS) *time.Duration { return &t.Timeout }),
	"verify":      func(*config.RemoteTLS, any) error { return nil }, // a hub's certificate is always verified, but for insecure

	"handshake_first first immediate": lang.Toggle(func(t *config.RemoteTLS) *bool { return &t.HandshakeFirst }),
})

// missingLeaf are the keys of the leafnodes block itself that Troupe cannot honour.
var missingLeaf = func() map[string]string {
	all := make(map[string]string)
	for key := range strings.FieldsSeq("listen host net port advertise authorization authentication tls no_advertise min_version isolate_leafnode_interest isolate") {
		all[key] = "leaf nodes of its own yet, only remotes"
	}
	return all
}()

func tlsOf(r *actors.Remote) *config.RemoteTLS {
	if r.TLS == nil {
		r.TLS = new(config.RemoteTLS)
	}
	return r.TLS
}

// setNoCompression refuses what is not off: a link has none.
func setNoCompression(_ *actors.Remote, value any) error {
	if word, ok := value.(string); ok && (strings.EqualFold(word, "off") || strings.EqualFold(word, "accept") || strings.EqualFold(word, "disabled")) || lang.IsOff(value) {
		return nil
	}
	return errors.New("links have no compression here: off or accept")
}

// LeafNodes reads a leafnodes block; nil: there are no remotes in it.
func LeafNodes(r *lang.Reader, values map[string]any) *actors.LeafNodes {
	l := &actors.LeafNodes{}
	r.Block(values, func(key string, value any, at lang.FileError) error {
		switch lower := strings.ToLower(key); lower {
		case "remotes", "remote":
			return remotes(r, l, key, value, at)
		case "reconnect", "reconnect_delay", "reconnect_interval":
			_, err := lang.ToDuration(value) // the broker's own patience is as good
			return lang.Named(key, err)
		case "compression":
			return lang.Named(key, setNoCompression(nil, value))
		default:
			return lang.Set[actors.LeafNodes, func(*actors.LeafNodes, any) error](l, key, value, nil, missingLeaf)
		}
	})
	if len(l.Remotes) == 0 {
		return nil
	}
	return l
}

func remotes(r *lang.Reader, l *actors.LeafNodes, key string, value any, at lang.FileError) error {
	list, ok := value.([]any)
	if !ok {
		return fmt.Errorf("%q: needs a list of blocks: [ { url: …, account: … } ]", key)
	}
	for _, v := range list {
		v, from := lang.Unwrap(v, at)
		block, ok := v.(map[string]any)
		if !ok {
			r.Fail(from, errors.New("a remote needs a block: { url: …, account: … }"))
			continue
		}
		before := len(r.Mistakes())
		one := remote(r, block)
		if len(r.Mistakes()) == before { // one mistake is enough for each
			if err := one.Validate(); err != nil {
				r.Fail(from, err)
			}
		}
		l.Remotes = append(l.Remotes, one)
	}
	return nil
}

// remote reads one of them.
func remote(r *lang.Reader, block map[string]any) (to actors.Remote) {
	r.Block(block, func(key string, value any, _ lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "url", "urls":
			to.URLs, err = lang.ToTexts(value)
		case "deny_imports", "deny_import":
			to.DenyImports, err = lang.ToTexts(value)
		case "deny_exports", "deny_export":
			to.DenyExports, err = lang.ToTexts(value)
		case "tls":
			inner, ok := value.(map[string]any)
			if !ok {
				return fmt.Errorf("%q: needs a block: { ca_file: … }", key)
			}
			r.Block(inner, lang.By(tlsOf(&to), remoteTLSKeys, missingTLS))
		default:
			return lang.Set(&to, key, value, remoteKeys, missingRemote)
		}
		return lang.Named(key, err)
	})
	return to
}
