package inquiry

import (
	"errors"

	"github.com/troupe-mq/troupe/actors/access"
)

// errNotSo is about a user whom a service has signed and who may not come in.
var errNotSo = errors.New("the user that the service has signed may not come in: wrong issuer or account, or not now, not from there or not by such a connection")

// failed says that a question has led to nothing.
func (i *inquirer) failed(to *access.Callout, why error) bool {
	if all, ok := i.Allowed("callout "+why.Error(), i.Now(), "account", to.Account, "reason", why.Error()); ok {
		i.Logger.Warn("the authorization service lets a client not in", all...)
	}
	return false
}

// complainOfFlood says how many had to go because too many wait.
func (i *inquirer) complainOfFlood() {
	if i.queue.dropped == 0 {
		return
	}
	if all, ok := i.Allowed("callout flood", i.Now(), "refused", i.queue.dropped); ok {
		i.Logger.Warn("too many clients wait for the authorization service", all...)
		i.queue.dropped = 0
	}
}
