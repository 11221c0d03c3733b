package accounts

import (
	"slices"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// Authorization are the keys of the authorization block. The command line
// reaches them by [SetAuthorization].
var Authorization = lang.Table(map[string]func(*actors.Config, any) error{
	"user username":  lang.Text(func(b *actors.Config) *string { return &b.User }),
	"password pass":  lang.Text(func(b *actors.Config) *string { return &b.Password }),
	"token":          lang.Text(func(b *actors.Config) *string { return &b.Token }),
	"proxy_required": lang.Toggle(func(b *actors.Config) *bool { return &b.ProxyRequired }),

	"timeout": lang.Duration(func(b *actors.Config) *time.Duration { return &b.AuthTimeout }),
})

// SetAuthorization sets a key of the authorization block.
func SetAuthorization(b *actors.Config, key string, value any) error {
	return lang.Set(b, key, value, Authorization, nil, authorizationBlocks)
}

// authorizationBlocks are those keys of the authorization block that are not in the table.
const authorizationBlocks = "users permissions default_permissions auth_callout auth_hook"

// Knows reports whether a key, in small letters, is one of the authorization block.
func Knows(key string) bool {
	return Authorization[key] != nil || slices.Contains(strings.Fields(authorizationBlocks), key)
}
