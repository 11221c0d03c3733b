// Own is a broker of one's own: the troupe command, with all its flags, and one actor more.
//
//	go run ./examples/own -p 4222 -m 8222
//
// Ask it from elsewhere: nats request echo.me hello. It shows at http://localhost:8222/actorz as actors/echo.
package main

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/client"
)

// echo answers every request with what it was asked.
type echo struct{ client *client.Client }

func newEcho() actor.Actor { return &echo{} }

func (e *echo) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		client, err := client.Join(ctx, client.Options{})
		if err == nil {
			_, err = client.QueueSubscribe("echo.>", "echo")
		}
		if err != nil {
			panic(err) // the supervisor tries again, later and later
		}
		e.client = client
	case *client.Message:
		if err := e.client.Respond(m, m.Data); err != nil {
			ctx.Logger().Warn("not answered", "error", err)
		}
	}
}
