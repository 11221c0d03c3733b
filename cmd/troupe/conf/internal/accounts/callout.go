package accounts

import (
	"errors"
	"fmt"
	"strings"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// callout takes the block of a service that says who clients are.
func (f *File) callout(key string, value any) error {
	block, ok := value.(map[string]any)
	if !ok {
		return fmt.Errorf("%q: needs a block: { issuer: …, auth_users: […] }", key)
	}
	k := &access.Callout{Account: access.GlobalAccount}
	f.Block(block, func(key string, value any, _ lang.FileError) (err error) {
		switch strings.ToLower(key) {
		case "issuer":
			k.Issuer, err = lang.ToText(value)
		case "account", "acc":
			k.Account, err = lang.ToText(value)
		case "auth_users", "users":
			k.Users, err = lang.ToTexts(value)
			if err == nil && len(k.Users) == 0 {
				err = errors.New("the list is empty, and the service could not come in")
			}
		case "xkey", "key":
			k.XKey, err = lang.ToText(value)
		case "allowed_accounts":
			k.Allowed, err = lang.ToTexts(value)
		default:
			return lang.Unknown(key, "issuer account auth_users xkey allowed_accounts")
		}
		return lang.Named(key, err)
	})
	f.broker.AuthCallout = k
	return nil
}
