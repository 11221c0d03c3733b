package session

import (
	"unique"

	"github.com/troupe-mq/troupe/wire"
)

// Said is what a client has said of itself that is no secret.
type Said struct {
	Name, Lang, Version string
	Tried               string // whom it has said it was, until it is somebody
	Proxy               string // the proxy that it came by
}

// Options are what a client has asked for.
type Options struct {
	Verbose, Pedantic, Echo, Headers, NoResponders bool

	Protocol int
}

var nothing = unique.Make(Said{})

// Said is what the client has said of itself.
func (s *Session) Said() Said { return s.said.Value() }

// change changes what the client has said.
func (s *Session) change(to func(*Said)) {
	now := s.said.Value()
	if to(&now); now != s.said.Value() {
		s.said, s.seen = unique.Make(now), nil
	}
}

// Rename gives a server that has come the name that it says it has.
func (s *Session) Rename(name string) { s.change(func(now *Said) { now.Name = name }) }

// Connect is the CONNECT that would say what holds now, without secrets: another one is laid over it.
func (s *Session) Connect() wire.Connect {
	o, said := &s.Options, s.Said()
	return wire.Connect{
		Verbose: o.Verbose, Pedantic: o.Pedantic, Echo: o.Echo, Headers: o.Headers, NoResponders: o.NoResponders,
		Protocol: o.Protocol, Name: said.Name, Lang: said.Lang, Version: said.Version, User: said.Tried, ProxySig: said.Proxy,
	}
}

// Take takes over what a CONNECT asks for and says. Its secrets have been taken out of it.
func (s *Session) Take(o *wire.Connect) {
	s.Options = Options{
		Verbose: o.Verbose, Pedantic: o.Pedantic, Echo: o.Echo, Headers: o.Headers, NoResponders: o.NoResponders,
		Protocol: o.Protocol,
	}
	s.change(func(now *Said) { *now = Said{o.Name, o.Lang, o.Version, o.User, o.ProxySig} })
}
