package accounts

import (
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// Authorization are the keys of the authorization block. The command line
// reaches them by [SetAuthorization].
var Authorization = lang.Table(map[string]func(*actors.Config, any) error{
	"user username": lang.Text(func(b *actors.Config) *string { return &b.User }),
	"password pass": lang.Text(func(b *actors.Config) *string { return &b.Password }),
	"token":         lang.Text(func(b *actors.Config) *string { return &b.Token }),
	"timeout":       lang.Duration(func(b *actors.Config) *time.Duration { return &b.AuthTimeout }),
})

// missing are those of the authorization block that Troupe cannot honour.
var missing = map[string]string{
	"auth_hook":      "an authorization callout",
	"proxy_required": "trusted proxies",
}

// SetAuthorization sets a key of the authorization block.
func SetAuthorization(b *actors.Config, key string, value any) error {
	return lang.Set(b, key, value, Authorization, missing)
}
