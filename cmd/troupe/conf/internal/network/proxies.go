package network

import (
	"strings"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access/proxies"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// Proxies reads the proxies block: the proxies that are trusted, by their keys.
func Proxies(r *lang.Reader, values map[string]any, c *actors.Config) {
	c.TrustedProxies = nil
	r.Block(values, func(key string, value any, _ lang.FileError) error {
		if strings.ToLower(key) != "trusted" {
			return lang.Unknown(key, "trusted")
		}
		_, err := r.List(value, "{ key: … }", func(block map[string]any) {
			r.Block(block, func(key string, value any, _ lang.FileError) error {
				switch strings.ToLower(key) {
				case "key", "public_key":
				default:
					return lang.Unknown(key, "key")
				}
				name, err := lang.ToText(value)
				if err == nil {
					_, err = proxies.New([]string{name})
				}
				c.TrustedProxies = append(c.TrustedProxies, name)
				return lang.Named(key, err)
			})
		})
		return lang.Named(key, err)
	})
}
