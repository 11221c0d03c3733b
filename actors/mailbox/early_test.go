package mailbox

import (
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
)

// noting is an actor that notes what it is sent.
type noting struct{ got []any }

func (n *noting) InvokeSystemMessage(m any)     { n.got = append(n.got, m) }
func (n *noting) InvokeUserMessage(m any)       { n.got = append(n.got, m) }
func (n *noting) EscalateFailure(reason, _ any) { panic(reason) }

// TestPostBeforeTheStart: what an actor is sent before the system has made it ready waits until it has started.
func TestPostBeforeTheStart(t *testing.T) {
	m, who := New(), &noting{}
	m.PostUserMessage("early")
	m.RegisterHandlers(who, CallerRuns{})
	assert.Empty(t, who.got)
	started := &actor.Started{}
	m.PostSystemMessage(started)
	assert.Equal(t, []any{started, "early"}, who.got)
}
