package conf

import (
	"errors"
	"fmt"
	"strings"

	"github.com/troupe-mq/troupe/actors/access"
)

// callout takes the block of a service that says who clients are.
func (f *file) callout(key string, value any) error {
	block, ok := value.(map[string]any)
	if !ok {
		return fmt.Errorf("%q: needs a block: { issuer: …, auth_users: […] }", key)
	}
	k := &access.Callout{Account: access.GlobalAccount}
	f.block(block, func(key string, value any, _ FileError) (err error) {
		switch strings.ToLower(key) {
		case "issuer":
			k.Issuer, err = toText(value)
		case "account", "acc":
			k.Account, err = toText(value)
		case "auth_users", "users":
			k.Users, err = f.texts(value)
			if err == nil && len(k.Users) == 0 {
				err = errors.New("the list is empty, and the service could not come in")
			}
		case "xkey", "key":
			k.XKey, err = toText(value)
		case "allowed_accounts":
			k.Allowed, err = f.texts(value)
		default:
			return fmt.Errorf("%w %q", ErrUnknown, key)
		}
		return named(key, err)
	})
	f.settings.Broker.AuthCallout = k
	return nil
}
