package network

import (
	"crypto/tls"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// tlsKeys are the keys of a tls block, besides its list of certificates.
var tlsKeys = lang.Table(map[string]func(*actors.TLS, any) error{
	"cert_file":         lang.Text(func(t *actors.TLS) *string { return &t.CertFile }),
	"key_file":          lang.Text(func(t *actors.TLS) *string { return &t.KeyFile }),
	"ca_file":           lang.Text(func(t *actors.TLS) *string { return &t.CAFile }),
	"verify":            lang.Toggle(func(t *actors.TLS) *bool { return &t.Verify }),
	"verify_and_map":    lang.Toggle(func(t *actors.TLS) *bool { return &t.Map }),
	"timeout":           lang.Duration(func(t *actors.TLS) *time.Duration { return &t.Timeout }),
	"min_version":       setMinVersion,
	"cipher_suites":     setCipherSuites,
	"curve_preferences": setCurves,

	"connection_rate_limit":        lang.Number(func(t *actors.TLS) *int { return &t.ConnectionRateLimit }),
	"allow_insecure_cipher_suites": lang.Toggle(func(t *actors.TLS) *bool { return &t.AllowInsecureCipherSuites }),
	"insecure":                     lang.Toggle(func(*actors.TLS) *bool { return new(bool) }), // it is about servers that one connects to
	"pinned_certs":                 lang.Texts(func(t *actors.TLS) *[]string { return &t.PinnedCerts }),

	"handshake_first first immediate": setHandshakeFirst,
})

// missingTLS are those that Troupe cannot honour.
var missingTLS = map[string]string{
	"verify_cert_and_check_known_urls": "routes here, whose URLs certificates could be checked by",

	"cert_store":              "certificates of the system's own store",
	"cert_match":              "certificates of the system's own store",
	"cert_match_by":           "certificates of the system's own store",
	"cert_match_skip_invalid": "certificates of the system's own store",
	"ca_certs_match":          "certificates of the system's own store",
}

// SetTLS sets a key of a tls block.
func SetTLS(t *actors.TLS, key string, value any) error {
	return lang.Set(t, key, value, tlsKeys, missingTLS, "certs ocsp_peer")
}

// TLS reads a tls block.
func TLS(r *lang.Reader, values map[string]any, t *actors.TLS) { tlsWith(r, values, t, nil) }

// tlsWith reads one that has keys of its own, or others, which are handed to own first.
func tlsWith(r *lang.Reader, values map[string]any, t *actors.TLS, own map[string]lang.SetKey) {
	r.Block(values, func(key string, value any, at lang.FileError) error {
		lower := strings.ToLower(key)
		if set := own[lower]; set != nil {
			return lang.Named(key, set(key, value, at))
		}
		switch lower {
		case "certs", "certificates":
			t.More = nil
			_, err := r.List(value, "{ cert_file: …, key_file: … }", func(block map[string]any) {
				t.More = append(t.More, config.CertificateFile{})
				r.Block(block, certificate(&t.More[len(t.More)-1]))
			})
			return lang.Named(key, err)
		case "ocsp_peer":
			return ocspPeer(r, key, value, t)
		}
		return SetTLS(t, key, value)
	})
}

// certificate takes one of a list of certificates.
func certificate(c *config.CertificateFile) lang.SetKey {
	return func(key string, value any, _ lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "cert_file":
			c.CertFile, err = lang.ToText(value)
		case "key_file":
			c.KeyFile, err = lang.ToText(value)
		default:
			return lang.Unknown(key, "cert_file key_file")
		}
		return lang.Named(key, err)
	}
}

func setHandshakeFirst(t *actors.TLS, value any) error {
	if on, err := lang.ToBool(value); err == nil {
		t.HandshakeFirst = 0
		if on {
			t.HandshakeFirst = config.HandshakeFirstAlways
		}
		return nil
	}
	if word, ok := value.(string); ok && (strings.EqualFold(word, "auto") || strings.EqualFold(word, "auto_fallback")) {
		t.HandshakeFirst = config.HandshakeFirstAuto
		return nil
	}
	var err error
	if t.HandshakeFirst, err = lang.ToDuration(value); err != nil {
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
	return lang.EachText(value, func(name string) error {
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
	return lang.EachText(value, func(name string) error {
		id, ok := curves[name]
		if !ok {
			return fmt.Errorf("%q is no curve that Troupe knows", name)
		}
		t.CurvePreferences = append(t.CurvePreferences, id)
		return nil
	})
}
