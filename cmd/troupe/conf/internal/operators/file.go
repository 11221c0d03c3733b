package operators

import (
	"crypto/tls"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/registry"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// File is the part of one file that says what operators sign.
type File struct {
	// Resolver and ResolverTLS are what the file says about where accounts come from; nil: nothing.
	Resolver    *registry.Config
	ResolverTLS *tls.Config

	*lang.Reader
	broker *actors.Config

	operatorKey, resolver, preload lang.FileError // where they stand; without a file where there is none
}

// New is for the keys that r reads. What they say goes to broker, and to the File itself.
func New(r *lang.Reader, broker *actors.Config) *File { return &File{Reader: r, broker: broker} }
