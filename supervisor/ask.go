package supervisor

import (
	"fmt"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// Root spawns a group at the top of a system, under the name in its Options. Its
// children may still be starting when it returns; Inspect answers when they have.
func Root(system *actor.ActorSystem, o Options, opts ...actor.PropsOption) (*actor.PID, error) {
	props := actor.PropsFromProducer(func() actor.Actor { return NewGroup(o) }, opts...)

	pid, err := system.Root.SpawnNamed(props, o.Name)
	if err != nil {
		return nil, fmt.Errorf("supervisor: %s: %w", o.Name, err)
	}

	return pid, nil
}

// Sub is the Spec of a group inside a group; the policy is what the outer one applies to it.
func Sub(o Options, p Policy, opts ...actor.PropsOption) Spec {
	return Spec{
		Name:      o.Name,
		Role:      o.Role,
		Policy:    p,
		Props:     actor.PropsFromProducer(func() actor.Actor { return NewGroup(o) }, opts...),
		Describes: true,
	}
}

// Add asks a group to spawn a child and waits for the answer. An actor must not call it: it blocks.
func Add(system *actor.ActorSystem, group *actor.PID, s Spec, wait time.Duration) (*actor.PID, error) {
	return ask[*actor.PID](system, group, Spawn{Spec: s}, wait)
}

// Inspect asks a group, or any actor that answers Describe, for its Node and waits for it. An actor must not call it.
func Inspect(system *actor.ActorSystem, group *actor.PID, d Describe) (Node, error) {
	if d.Wait <= 0 {
		d.Wait = describeWait
	}

	return ask[Node](system, group, d, d.Wait*5/4)
}

func ask[T any](system *actor.ActorSystem, to *actor.PID, m Message, wait time.Duration) (T, error) {
	answer, err := system.Root.RequestFuture(to, m, wait).Result()
	if err != nil {
		var none T

		return none, fmt.Errorf("supervisor: ask %s: %w", to.GetId(), err)
	}

	switch a := answer.(type) {
	case T:
		return a, nil
	case error:
		var none T

		return none, a
	default:
		var none T

		return none, fmt.Errorf("supervisor: %s answered %T", to.GetId(), answer)
	}
}
