package survey

import (
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/connection"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// TestOneThatHangsIsLeftOut: who does not answer is left out, and does not keep
// the others from being asked.
func TestOneThatHangsIsLeftOut(t *testing.T) {
	h := host.New(hclog.NewNullLogger(), func(supervisor.Event) {})
	t.Cleanup(h.System.Shutdown)
	h.System.EventStream.Subscribe(func(event any) {
		if e, ok := event.(*actor.DeadLetterEvent); ok {
			new(connection.Env).DeadLetter(e.Message)
		}
	})
	a := &Asker{Host: h, Done: make(chan struct{})}
	free := make(chan struct{})
	defer close(free)
	spawn := func(cid uint64, receive actor.ReceiveFunc) {
		_, err := h.System.Root.SpawnNamed(actor.PropsFromFunc(receive, host.Mailbox()...), host.Path(host.Connections, host.ConnectionName(cid)))
		require.NoError(t, err)
	}
	spawn(1, func(ctx actor.Context) {
		if _, ok := ctx.Message().(*connection.Report); ok {
			<-free
		}
	})
	for cid := range uint64(5) {
		spawn(2+cid, func(ctx actor.Context) {
			if m, ok := ctx.Message().(*connection.Report); ok {
				m.Answers <- &report.Connection{CID: 2 + cid}
			}
		})
	}
	whom := a.addresses()
	require.Len(t, whom, 6)
	require.EqualValues(t, 1, whom[0].Cid, "the one that hangs is asked first")
	whom = append(whom, Address{Cid: 99, Pid: h.PID(host.Path(host.Connections, host.ConnectionName(99)))}) // who has just gone
	var answered []uint64
	silent := a.AskAll(t.Context(), whom, false, func(r *report.Connection) { answered = append(answered, r.CID) })
	assert.ElementsMatch(t, []uint64{2, 3, 4, 5, 6}, answered)
	assert.Equal(t, 2, silent)
}
