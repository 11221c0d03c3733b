package network

import (
	"fmt"
	"strings"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// This file is what authorities say of certificates.

// SetOCSP takes true, which is auto, or false.
func SetOCSP(c *actors.Config, value any) error {
	on, err := lang.ToBool(value)
	if err != nil {
		return fmt.Errorf("needs true, false or a block: { mode: auto }")
	}
	c.OCSP = nil
	if on {
		c.OCSP = &config.OCSP{Mode: "auto"}
	}
	return nil
}

// OCSP reads the ocsp block.
func OCSP(r *lang.Reader, values map[string]any, c *actors.Config) {
	c.OCSP = &config.OCSP{Mode: "auto"}
	r.Block(values, func(key string, value any, _ lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "mode":
			c.OCSP.Mode, err = lang.ToText(value)
			c.OCSP.Mode = strings.ToLower(c.OCSP.Mode)
		case "url":
			var text string
			text, err = lang.ToText(value)
			c.OCSP.URLs = []string{text}
		case "urls":
			c.OCSP.URLs, err = lang.ToTexts(value)
		default:
			return lang.Unknown(key, "mode url urls")
		}
		if err == nil {
			err = c.OCSP.Validate()
		}
		return lang.Named(key, err)
	})
}

// ocspPeer takes whether, and how, authorities are asked about clients.
func ocspPeer(r *lang.Reader, key string, value any, t *actors.TLS) error {
	block, ok := value.(map[string]any)
	if !ok {
		on, err := lang.ToBool(value)
		if t.OCSPPeer = nil; on {
			t.OCSPPeer = &config.OCSPPeer{}
		}
		return lang.Named(key, err)
	}
	p, on := &config.OCSPPeer{}, false
	r.Block(block, func(key string, value any, _ lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "verify":
			on, err = lang.ToBool(value)
		case "ca_timeout":
			p.Timeout, err = lang.ToDuration(value)
		case "allowed_clockskew":
			p.Skew, err = lang.ToDuration(value)
		case "cache_ttl_when_next_update_unset":
			p.Unsaid, err = lang.ToDuration(value)
		case "warn_only":
			p.WarnOnly, err = lang.ToBool(value)
		case "unknown_is_good":
			p.UnknownIsGood, err = lang.ToBool(value)
		case "allow_when_ca_unreachable":
			p.AllowUnreachable, err = lang.ToBool(value)
		default:
			return lang.Unknown(key, "verify ca_timeout allowed_clockskew cache_ttl_when_next_update_unset warn_only unknown_is_good allow_when_ca_unreachable")
		}
		return lang.Named(key, err)
	})
	if t.OCSPPeer = nil; on {
		t.OCSPPeer = p
	}
	return nil
}

// OCSPCache reads the ocsp_cache block. It reports whether answers are remembered.
func OCSPCache(r *lang.Reader, values map[string]any) (remembers bool) {
	remembers = true
	r.Block(values, func(key string, value any, at lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "type":
			var kind string
			kind, err = lang.ToText(value)
			switch strings.ToLower(kind) {
			case "none":
				remembers = false
			case "local":
			default:
				err = fmt.Errorf("%q is not a type of cache: local or none", kind)
			}
		case "local_store":
			_, err = lang.ToText(value)
			r.Warn(at, fmt.Errorf("%q has no effect: answers are remembered in memory", key))
		case "save_interval":
			_, err = lang.ToDuration(value) // nothing is saved
		case "preserve_revoked":
			_, err = lang.ToBool(value) // an answer counts as long as its authority says
		default:
			return lang.Unknown(key, "type local_store save_interval preserve_revoked")
		}
		return lang.Named(key, err)
	})
	return remembers
}
