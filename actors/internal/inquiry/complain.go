package inquiry

import (
	"errors"

	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/access"
)

// errNotSo is about a user whom a service has signed and who may not come in.
var errNotSo = errors.New("the user that the service has signed may not come in: wrong issuer or account, or not now, not from there or not by such a connection")

// failed says that a question has led to nothing.
func (i *inquirer) failed(to *access.Callout, why error) bool {
	const line = "the authorization service lets a client not in"
	if i.Allowed(hclog.Warn, line+": "+why.Error(), i.Now()) {
		i.Logger.Warn(line, "account", to.Account, "reason", why.Error())
	}
	return false
}

// complainOfFlood says how many had to go because too many wait.
func (i *inquirer) complainOfFlood() {
	if i.queue.dropped == 0 {
		return
	}
	const line = "too many clients wait for the authorization service"
	if i.Allowed(hclog.Warn, line, i.Now()) {
		i.Logger.Warn(line, "refused", i.queue.dropped)
		i.queue.dropped = 0
	}
}
