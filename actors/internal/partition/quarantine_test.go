package partition

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/wire"
)

func TestQuarantine(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	var q quarantine
	subject := []byte("a.b")
	q.note(wire.OpPub, subject, 7, now)
	require.False(t, q.refuses(wire.OpPub, subject, now), "once may be chance")
	q.note(wire.OpPub, subject, 8, now)
	require.False(t, q.refuses(wire.OpPub, subject, now), "another place is another fault")
	q.note(wire.OpPub, subject, 8, now)
	require.True(t, q.refuses(wire.OpPub, subject, now))
	require.False(t, q.refuses(wire.OpSub, subject, now), "another verb")
	require.False(t, q.refuses(wire.OpPub, []byte("a.c"), now), "another subject")
	require.False(t, q.refuses(wire.OpPub, subject, now.Add(poisonMemory)), "not for ever")
	for i := range 3 * poisonKinds {
		q.note(wire.OpPub, fmt.Append(nil, i), 1, now)
	}
	require.LessOrEqual(t, len(q), poisonKinds)
}

// crashAt panics with another argument each time, in the same place.
func crashAt(where *int) (crash *supervisor.Crash) {
	defer func() { crash = supervisor.Caught(recover()) }()
	explode(where)
	return nil
}

//go:noinline
func explode(where *int) { panic(where) }

func TestPlaceOfACrashIsWhereItWas(t *testing.T) {
	first, second := placeOf(crashAt(new(int))), placeOf(crashAt(new(int)))
	require.Equal(t, first, second)
	require.NotEqual(t, first, placeOf(supervisor.Caught("elsewhere")))
}

// TestPoisonIsRefusedInTheEnd sends the same poison again and again, as a client
// that reconnects would: a PUB into an index that is broken for it.
func TestPoisonIsRefusedInTheEnd(t *testing.T) {
	h := hostOf(t)
	p := New(h, new(State), NewLayout(h, 1, nil), 1).(*partition)
	attempt := func() (crashed bool, e *batch.Entry) {
		b := batchTo(make(publisher, 1))
		publishA(b)
		defer func() { crashed, e = recover() != nil, &b.Entries[0] }()
		defer p.noteCrash()
		p.current = b
		work := steps.Begin()
		p.apply(b, &b.Entries[0], &work)
		if b.Entries[0].Refusal == nil {
			explode(new(int)) // as the index would
		}
		return
	}
	for range poisonTolerated {
		crashed, _ := attempt()
		require.True(t, crashed)
	}
	crashed, e := attempt()
	require.False(t, crashed, "it is not tried again")
	require.Equal(t, wire.ErrInternal, e.Refusal)
}
