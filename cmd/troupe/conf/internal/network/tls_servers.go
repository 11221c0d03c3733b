package network

import (
	"fmt"

	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// This file is the tls blocks of connections to other servers.

// toggle takes whether something is so.
func toggle(to *bool) lang.SetKey {
	return func(_ string, value any, _ lang.FileError) (err error) {
		*to, err = lang.ToBool(value)
		return err
	}
}

// isSo is a key that says what is so anyway.
func isSo(string, any, lang.FileError) error { return nil }

// forClients tells of a key that means nothing between servers.
func forClients(r *lang.Reader) lang.SetKey {
	return func(key string, _ any, at lang.FileError) error {
		r.Warn(at, fmt.Errorf("%q has no effect here: it is for clients", key))
		return nil
	}
}

// clusterTLS reads that of routes. Servers always show each other certificates.
func clusterTLS(r *lang.Reader, values map[string]any, t *config.ClusterTLS) {
	tlsWith(r, values, &t.TLS, map[string]lang.SetKey{
		"insecure":                         toggle(&t.Insecure),
		"verify_cert_and_check_known_urls": toggle(&t.KnownHosts),
		"verify":                           isSo,
		"connection_rate_limit":            forClients(r),
		"handshake_first":                  forClients(r),
		"first":                            forClients(r),
		"immediate":                        forClients(r),
	})
}

// remoteTLS reads that of a link to a hub, whose certificate is verified whatever is said, but for insecure.
func remoteTLS(r *lang.Reader, values map[string]any, t *config.RemoteTLS) {
	tlsWith(r, values, &t.TLS, map[string]lang.SetKey{
		"insecure": toggle(&t.Insecure),
		"server_name": func(_ string, value any, _ lang.FileError) (err error) {
			t.ServerName, err = lang.ToText(value)
			return err
		},
		"verify":                isSo,
		"verify_and_map":        forClients(r),
		"connection_rate_limit": forClients(r),
	})
}
