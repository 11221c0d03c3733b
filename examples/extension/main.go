// Extension is a broker with an extension that has a block of its own in the configuration file, and obeys a reload.
//
//	go run ./examples/extension -c examples/extension/extension.conf
//
// Ask it from elsewhere: nats request greet.ann "". Change the greeting in the file, send the process a HUP, and ask
// again. A key that there is not is refused with its line: try one, and -t.
package main

import (
	"errors"
	"strings"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/cmd/troupe/troupecmd"
)

// settings is the block: extensions { greeter { subject: "greet.*", greeting: hello } }.
type settings struct{ Subject, Greeting string }

func (s *settings) Validate() error {
	if s.Greeting == "" {
		return errors.New("the greeting cannot be empty")
	}
	return nil
}

// greeter answers who asks for a greeting.
type greeter struct {
	settings *atomic.Pointer[settings]
	client   *client.Client
}

func (g *greeter) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		client, err := client.Join(ctx, client.Options{})
		if err == nil {
			_, err = client.Subscribe(g.settings.Load().Subject)
		}
		if err != nil {
			panic(err)
		}
		g.client = client
	case *client.Message:
		name := m.Subject[strings.LastIndexByte(m.Subject, '.')+1:]
		if err := g.client.Respond(m, []byte(g.settings.Load().Greeting+" "+name)); err != nil {
			ctx.Logger().Warn("not answered", "error", err)
		}
	}
}

func main() {
	var inForce atomic.Pointer[settings]
	troupecmd.Command{Extensions: []troupecmd.Extension{troupecmd.Block[settings]{
		Name:    "greeter",
		Default: settings{Subject: "greet.*", Greeting: "hello"},
		Options: func(s settings) ([]actors.Option, error) {
			inForce.Store(&s)
			return []actors.Option{actors.WithActor(actors.ActorSpec{
				Name: "greeter", Produce: func() actor.Actor { return &greeter{settings: &inForce} },
			})}, nil
		},
		Reload: func(_ *actors.Broker, s settings) (apply func(), err error) {
			if s.Subject != inForce.Load().Subject {
				return nil, errors.New("another subject needs a restart")
			}
			return func() { inForce.Store(&s) }, nil
		},
	}}}.Main()
}
