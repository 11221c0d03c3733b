package network

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// clusterKeys are the keys of a cluster block, besides its name and its blocks.
var clusterKeys = lang.Table(map[string]func(*actors.Cluster, any) error{
	"listen":            lang.Address(func(c *actors.Cluster) (*string, *int) { return &c.Host, &c.Port }),
	"host net":          lang.Text(func(c *actors.Cluster) *string { return &c.Host }),
	"port":              lang.Number(func(c *actors.Cluster) *int { return &c.Port }),
	"routes":            lang.Texts(func(c *actors.Cluster) *[]string { return &c.Routes }),
	"pool_size":         lang.Number(func(c *actors.Cluster) *int { return &c.PoolSize }),
	"accounts":          lang.Texts(func(c *actors.Cluster) *[]string { return &c.Accounts }),
	"no_advertise":      lang.Toggle(func(c *actors.Cluster) *bool { return &c.NoAdvertise }),
	"connect_retries":   lang.Number(func(c *actors.Cluster) *int { return &c.ConnectRetries }),
	"connect_backoff":   lang.Toggle(func(c *actors.Cluster) *bool { return &c.ConnectBackoff }),
	"ping_interval":     lang.Duration(func(c *actors.Cluster) *time.Duration { return &c.PingInterval }),
	"compression":       func(c *actors.Cluster, value any) error { return setCompression(&c.Compression, value, "s2_fast") },
	"authorization":     lang.NeedsBlock[actors.Cluster]("authorization { user: …, password: … }"),
	"authentication":    lang.NeedsBlock[actors.Cluster]("authorization { user: …, password: … }"),
	"tls":               lang.NeedsBlock[actors.Cluster]("tls { cert_file: …, key_file: …, ca_file: … }"),
	"permissions":       lang.NeedsBlock[actors.Cluster]("permissions { import: …, export: … }"),
	"cluster_advertise": lang.Text(func(c *actors.Cluster) *string { return &c.Advertise }),
	"advertise":         lang.Text(func(c *actors.Cluster) *string { return &c.Advertise }),
})

// idleCluster are those that tune what another server does.
var idleCluster = map[string]string{
	"ping_max":       "a server that leaves two PINGs unanswered is gone",
	"ping_max_out":   "a server that leaves two PINGs unanswered is gone",
	"write_deadline": "a server that takes nothing is gone after that time for clients",
	"write_timeout":  "a server that takes nothing is gone after that time for clients",
}

// SetCluster sets a key of a cluster block other than its name.
func SetCluster(c *actors.Cluster, key string, value any) error {
	switch lower := strings.ToLower(key); {
	case idleCluster[lower] != "":
		return nil
	case lower == "compression": // it is on, if nothing is said
	case lang.IsOff(value):
		return nil
	}
	return lang.Set(c, key, value, clusterKeys, nil)
}

// SetClusterURL takes the address for routes as it stands on a command line: nats://user:password@host:port.
func SetClusterURL(c *actors.Cluster, text string) error {
	if !strings.Contains(text, "://") {
		text = "nats://" + text
	}
	random := strings.HasSuffix(text, ":-1") // which is no port in a URL
	u, err := url.Parse(strings.TrimSuffix(text, "-1"))
	if err != nil {
		return errors.New("needs a URL: nats://host:port")
	}
	host, port, err := net.SplitHostPort(u.Host)
	if err != nil {
		return errors.New("needs host:port, or nats://host:port")
	}
	c.Host, c.Port = host, -1
	if !random {
		if c.Port, err = strconv.Atoi(port); err != nil {
			return errors.New("needs a number for a port")
		}
	}
	c.User, c.Password = "", ""
	if u.User != nil {
		secret, there := u.User.Password()
		if !there {
			return errors.New("the user needs a password: user:password@host:port")
		}
		c.User, c.Password = u.User.Username(), secret
	}
	return nil
}

// Cluster reads a cluster block. name takes its name.
func Cluster(r *lang.Reader, values map[string]any, c *actors.Cluster, name func(value any) error) {
	r.Block(values, func(key string, value any, at lang.FileError) error {
		lower := strings.ToLower(key)
		if why := idleCluster[lower]; why != "" {
			r.Warn(at, fmt.Errorf("%q has no effect: %s", key, why))
			return nil
		}
		if lower == "name" {
			return name(value)
		}
		block, isBlock := value.(map[string]any)
		if !isBlock {
			return SetCluster(c, key, value)
		}
		switch lower {
		case "authorization", "authentication":
			r.Block(block, func(key string, value any, _ lang.FileError) error { return clusterUser(r, c, key, value) })
		case "permissions":
			clusterPermissions(r, c, block)
		case "compression":
			compressionBlock(r, block, &c.Compression, &c.RTTThresholds, "s2_fast")
		case "tls":
			if c.TLS == nil {
				c.TLS = new(config.ClusterTLS)
			}
			clusterTLS(r, block, c.TLS)
		default:
			return SetCluster(c, key, value)
		}
		return nil
	})
}

func clusterUser(r *lang.Reader, c *actors.Cluster, key string, value any) (err error) {
	switch strings.ToLower(key) {
	case "user", "username":
		c.User, err = lang.ToText(value)
	case "pass", "password":
		c.Password, err = lang.ToText(value)
	case "timeout":
		c.AuthTimeout, err = lang.ToDuration(value)
	case "token", "users", "nkey":
		return fmt.Errorf("%q: servers have one user and a password", key)
	case "permissions", "default_permissions":
		block, ok := value.(map[string]any)
		if !ok {
			return fmt.Errorf("%q: needs a block: { import: …, export: … }", key)
		}
		clusterPermissions(r, c, block)
	default:
		return lang.Unknown(key, "user password timeout permissions")
	}
	return lang.Named(key, err)
}

func clusterPermissions(r *lang.Reader, c *actors.Cluster, block map[string]any) {
	r.Block(block, func(key string, value any, _ lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "import", "publish", "pub":
			c.Import, err = rules(r, value)
		case "export", "subscribe", "sub":
			c.Export, err = rules(r, value)
		default:
			return lang.Unknown(key, "import export")
		}
		return lang.Named(key, err)
	})
}

// rules takes a subject, a list of them, which are allowed, or a block that says what is allowed and what is denied.
func rules(r *lang.Reader, value any) (*access.Rules, error) {
	block, ok := value.(map[string]any)
	if !ok {
		allow, err := lang.ToTexts(value)
		return &access.Rules{Allow: allow}, err
	}
	all := &access.Rules{}
	r.Block(block, func(key string, value any, _ lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "allow":
			all.Allow, err = lang.ToTexts(value)
		case "deny":
			all.Deny, err = lang.ToTexts(value)
		default:
			return lang.Unknown(key, "allow deny")
		}
		return lang.Named(key, err)
	})
	return all, nil
}
