package conf

import (
	"crypto/tls"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors"
)

// tlsKeys are the keys of a tls block. The command line reaches those of the
// clients' by [Settings.SetTLS].
var tlsKeys = index(map[string]func(*actors.TLS, any) error{
	"cert_file":         text(func(t *actors.TLS) *string { return &t.CertFile }),
	"key_file":          text(func(t *actors.TLS) *string { return &t.KeyFile }),
	"ca_file":           text(func(t *actors.TLS) *string { return &t.CAFile }),
	"verify":            toggle(func(t *actors.TLS) *bool { return &t.Verify }),
	"verify_and_map":    toggle(func(t *actors.TLS) *bool { return &t.Map }),
	"timeout":           duration(func(t *actors.TLS) *time.Duration { return &t.Timeout }),
	"min_version":       setMinVersion,
	"cipher_suites":     setCipherSuites,
	"curve_preferences": setCurves,

	"connection_rate_limit":        number(func(t *actors.TLS) *int { return &t.ConnectionRateLimit }),
	"allow_insecure_cipher_suites": toggle(func(t *actors.TLS) *bool { return &t.AllowInsecureCipherSuites }),
	"insecure":                     toggle(func(*actors.TLS) *bool { return new(bool) }), // it is about servers that one connects to
	"pinned_certs":                 setPinned,

	"handshake_first first immediate": setHandshakeFirst,
})

// missingTLS are those that Troupe cannot honour.
var missingTLS = map[string]string{
	"verify_cert_and_check_known_urls": clusters,
	"cert_store":                       "certificates of the system's own store",
	"cert_match":                       "certificates of the system's own store",
	"cert_match_by":                    "certificates of the system's own store",
	"cert_match_skip_invalid":          "certificates of the system's own store",
	"ca_certs_match":                   "certificates of the system's own store",
	"ocsp_peer":                        ocsp,
}

// tls is the clients' TLS, switched on.
func (s *Settings) tls() *actors.TLS {
	if s.Broker.TLS == nil {
		s.Broker.TLS = new(actors.TLS)
	}
	return s.Broker.TLS
}

// SetTLS switches TLS for clients on, and sets a key of its block.
func (s *Settings) SetTLS(key string, value any) error { return setTLSKey(s.tls(), key, value) }

func setTLSKey(t *actors.TLS, key string, value any) error {
	return setKey(t, key, value, tlsKeys, missingTLS)
}

// tls reads a tls block.
func (f *file) tls(values map[string]any, t *actors.TLS) {
	f.block(values, func(key string, value any, _ FileError) error {
		switch strings.ToLower(key) {
		case "certs", "certificates":
			t.More = nil
			_, err := f.list(value, func(block map[string]any) {
				t.More = append(t.More, actors.CertificateFile{})
				f.block(block, f.certificate(&t.More[len(t.More)-1]))
			})
			return named(key, err)
		}
		return setTLSKey(t, key, value)
	})
}

// certificate takes one of a list of certificates.
func (f *file) certificate(c *actors.CertificateFile) func(key string, value any, at FileError) error {
	return func(key string, value any, _ FileError) (err error) {
		switch strings.ToLower(key) {
		case "cert_file":
			c.CertFile, err = toText(value)
		case "key_file":
			c.KeyFile, err = toText(value)
		default:
			return fmt.Errorf("%w %q", ErrUnknown, key)
		}
		return named(key, err)
	}
}

func setPinned(t *actors.TLS, value any) error {
	t.PinnedCerts = nil
	return eachName(value, func(name string) error {
		t.PinnedCerts = append(t.PinnedCerts, name)
		return nil
	})
}

// setTLS switches TLS on or off where there is no block.
func setTLS(s *Settings, value any) error {
	on, err := toBool(value)
	switch {
	case err != nil:
		return fmt.Errorf("needs a block: tls { cert_file: …, key_file: … }")
	case on:
		s.tls()
	default:
		s.Broker.TLS = nil
	}
	return nil
}

func setHandshakeFirst(t *actors.TLS, value any) error {
	if on, err := toBool(value); err == nil {
		t.HandshakeFirst = 0
		if on {
			t.HandshakeFirst = actors.HandshakeFirstAlways
		}
		return nil
	}
	if word, ok := value.(string); ok && (strings.EqualFold(word, "auto") || strings.EqualFold(word, "auto_fallback")) {
		t.HandshakeFirst = actors.HandshakeFirstAuto
		return nil
	}
	var err error
	if t.HandshakeFirst, err = toDuration(value); err != nil {
		return fmt.Errorf("needs true, false, auto or a duration such as 100ms")
	}
	return nil
}

func setMinVersion(t *actors.TLS, value any) error {
	switch fmt.Sprint(value) {
	case "1.2":
		t.MinVersion = tls.VersionTLS12
	case "1.3":
		t.MinVersion = tls.VersionTLS13
	default:
		return fmt.Errorf("needs \"1.2\" or \"1.3\"")
	}
	return nil
}

func setCipherSuites(t *actors.TLS, value any) error {
	t.CipherSuites = nil
	return eachName(value, func(name string) error {
		known := slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites())
		i := slices.IndexFunc(known, func(s *tls.CipherSuite) bool { return s.Name == name })
		if i < 0 {
			return fmt.Errorf("%q is no cipher suite", name)
		}
		t.CipherSuites = append(t.CipherSuites, known[i].ID)
		return nil
	})
}

// curves are the key exchanges by the names that configuration files have for
// them.
var curves = map[string]tls.CurveID{
	"CurveP256":      tls.CurveP256,
	"CurveP384":      tls.CurveP384,
	"CurveP521":      tls.CurveP521,
	"X25519":         tls.X25519,
	"X25519MLKEM768": tls.X25519MLKEM768,
}

func setCurves(t *actors.TLS, value any) error {
	t.CurvePreferences = nil
	return eachName(value, func(name string) error {
		id, ok := curves[name]
		if !ok {
			return fmt.Errorf("%q is no curve that Troupe knows", name)
		}
		t.CurvePreferences = append(t.CurvePreferences, id)
		return nil
	})
}

// eachName goes through a list of names; a single one may stand alone.
func eachName(value any, do func(name string) error) error {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	for _, item := range list {
		if p, ok := item.(place); ok {
			item = p.Value()
		}
		name, err := toText(item)
		if err == nil {
			err = do(name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
