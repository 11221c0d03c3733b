package network

import (
	"errors"
	"strings"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// portKeys are the keys of a leafnodes block about those who come.
var portKeys = lang.Table(map[string]func(*actors.LeafPort, any) error{
	"listen":                       lang.Address(func(p *actors.LeafPort) (*string, *int) { return &p.Host, &p.Port }),
	"host net":                     lang.Text(func(p *actors.LeafPort) *string { return &p.Host }),
	"port":                         lang.Number(func(p *actors.LeafPort) *int { return &p.Port }),
	"leafnode_advertise advertise": lang.Text(func(p *actors.LeafPort) *string { return &p.Advertise }),
	"no_advertise":                 lang.Toggle(func(p *actors.LeafPort) *bool { return &p.NoAdvertise }),
	"min_version minimum_version":  lang.Text(func(p *actors.LeafPort) *string { return &p.MinVersion }),
	"isolate":                      lang.Toggle(func(p *actors.LeafPort) *bool { return &p.Isolate }),
	"isolate_leafnode_interest":    lang.Toggle(func(p *actors.LeafPort) *bool { return &p.Isolate }),
	"authorization authentication": lang.NeedsBlock[actors.LeafPort]("{ user: …, password: …, account: … }"),
	"tls":                          lang.NeedsBlock[actors.LeafPort]("{ cert_file: …, key_file: … }"),
	"write_deadline write_timeout": func(*actors.LeafPort, any) error { return nil }, // that for clients holds
	"dial_timeout":                 patience[actors.LeafPort],
	"reconnect":                    patience[actors.LeafPort],
	"reconnect_delay":              patience[actors.LeafPort],
	"reconnect_interval":           patience[actors.LeafPort],
	"compression": func(p *actors.LeafPort, value any) error {
		return setCompression(&p.Compression, value, leafCompression)
	},
	"remotes remote": lang.NeedsBlock[actors.LeafPort]("[ { url: …, account: … } ]"),
})

// patience is how long whoever dials waits: for a step of a link, or between attempts. The broker's own is as good.
func patience[S any](_ *S, value any) error {
	_, err := lang.ToDuration(value)
	return err
}

// portAuthorization reads who may come as a leaf node.
func portAuthorization(r *lang.Reader, p *actors.LeafPort, block map[string]any, at lang.FileError) {
	var single access.LeafUser
	p.Users, p.Account = nil, ""
	r.Block(block, func(key string, value any, _ lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "timeout":
			p.AuthTimeout, err = lang.ToDuration(value)
		case "users":
			_, err = r.List(value, "{ user: …, password: …, account: … }", func(block map[string]any) {
				p.Users = append(p.Users, access.LeafUser{})
				u := &p.Users[len(p.Users)-1]
				r.Block(block, func(key string, value any, _ lang.FileError) error { return leafUser(u, key, value) })
			})
		case "token":
			return errors.New(`"token": leaf nodes have a user and a password, or an nkey`)
		default:
			return leafUser(&single, key, value)
		}
		return lang.Named(key, err)
	})
	switch named := single.Name != "" || single.NKey != ""; {
	case named && len(p.Users) > 0:
		r.Fail(at, errors.New("can not have a single user/pass and a users array"))
	case named:
		p.Users = []access.LeafUser{single}
	case single.Password != "":
		r.Fail(at, errors.New("a password needs a user"))
	default:
		p.Account = single.Account
	}
}

func leafUser(u *access.LeafUser, key string, value any) (err error) {
	switch strings.ToLower(key) {
	case "user", "username":
		u.Name, err = lang.ToText(value)
	case "pass", "password":
		u.Password, err = lang.ToText(value)
	case "nkey":
		u.NKey, err = lang.ToText(value)
	case "account":
		u.Account, err = lang.ToText(value)
	case "proxy_required":
		if !lang.IsOff(value) {
			return errors.New(`"proxy_required": Troupe does not have proxies that sign`)
		}
	default:
		return lang.Unknown(key, "user password nkey account users timeout")
	}
	return lang.Named(key, err)
}
