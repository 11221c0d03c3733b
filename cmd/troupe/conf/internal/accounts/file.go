package accounts

import (
	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// File is the part of one file that says who may come in.
type File struct {
	*lang.Reader
	broker *actors.Config
	known  map[string]bool   // the users so far
	plain  []*lang.FileError // where passwords stand in plain text
	nobody *lang.FileError   // where a list of users is that is empty; nil for nowhere
	places map[string]*accountPlaces

	// NoAuthUser and SystemAccount are where the keys of these names stand.
	NoAuthUser, SystemAccount lang.FileError

	authorizationBlock, calloutBlock lang.FileError
}

// New is for the blocks that r reads. What they say goes to broker.
func New(r *lang.Reader, broker *actors.Config) *File { return &File{Reader: r, broker: broker} }

// Check finds what does not go together, where it stands. operated is whether an operator signs the accounts, which
// are not in the file then.
func (f *File) Check(operated bool) {
	f.checkTogether()
	f.checkNobody(operated)
	f.checkAccounts(operated)
	f.checkNoAuthUser()
}
