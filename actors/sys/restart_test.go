package sys

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/documents"
)

// mortal is the service, but for a message that kills it.
type mortal struct{ *serving }

func (m mortal) Receive(ctx actor.Context) {
	if ctx.Message() == "die" {
		panic("killed")
	}
	m.serving.Receive(ctx)
}

// TestServiceComesBack: whatever becomes of the actor, there is another one soon,
// and nothing of the one before stays subscribed.
func TestServiceComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, actors.Config{})
		s := newService(b.Broker, Config{Documents: documents.New(b.Broker, documents.Process{})})
		pid, err := b.Spawn(t.Context(), actors.ActorSpec{
			Name: name, Policy: policy, Produce: func() actor.Actor { return mortal{&serving{service: s}} },
		})
		require.NoError(t, err)
		c := b.Client(t)
		c.Send(`CONNECT {"verbose":false}`, "SUB in 1")
		for range 3 {
			c.Send("PUB $SYS.REQ.USER.INFO in 0", "")
			assert.Contains(t, c.Line(), "MSG in 1 ")
			assert.Contains(t, c.Line(), `"account":"$G"`)
			b.System().Root.Send(pid, "die")
			actorstest.Advance(t, time.Second)
		}
		found, err := b.Subscribers(t.Context(), "", userInfo)
		require.NoError(t, err)
		assert.Len(t, found, 1)
	})
}
