package main

import (
	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/cmd/troupe/troupecmd"
)

func main() {
	troupecmd.Main(actors.WithActor(actors.ActorSpec{Name: "echo", Produce: newEcho}))
}
