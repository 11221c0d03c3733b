package outbox

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/steps"
)

// numbers are copies: the numbers up to one, of which every tenth is none any more.
type numbers struct{ at, to int }

func (n *numbers) Most() int { return 100 }

func (n *numbers) Spell(d *Deliver) (done int) {
	for n.at < n.to && d.Room() >= 100 {
		if n.at%10 != 9 {
			d.Bytes = append(strconv.AppendInt(d.Bytes, int64(n.at), 10), ' ')
			d.Messages++
		}
		n.at++
		done++
	}
	return done
}

// text is what is spelled of the numbers up to n.
func text(n int) string {
	var b strings.Builder
	for i := range n {
		if i%10 != 9 {
			b.WriteString(strconv.Itoa(i) + " ")
		}
	}
	return b.String()
}

// Copies are spelled by the writer, behind what came before them and before what comes
// behind, and take little room until then.
func TestOutboxSpellsCopies(t *testing.T) {
	const n = 50_000
	o, l := &Outbox{}, &fakeLink{room: 1 << 30}
	o.Push(piece("before "))
	o.Push(NewCopies(&numbers{to: n}, n, n, 100*n))
	o.Reply("own ")
	o.Push(piece("behind"))
	assert.Less(t, o.Held(), 10_000)
	assert.Equal(t, len("before own behind")+100*n, o.Pending())
	all, err := o.Offer(l)
	require.NoError(t, err)
	assert.False(t, all, "what takes its time is not written here")
	assert.Equal(t, "before ", l.got.String())

	w := o.HandOver(WriterQuota)
	w.Turns = steps.NewTurns()
	require.NoError(t, w.Run(l, time.Second, func() {}))
	o.Writing = false
	assert.EqualValues(t, n*9/10, w.Sent)
	assert.Equal(t, n/10, w.Ended)
	assert.Zero(t, w.Rest())
	assert.Empty(t, w.Turns)
	_, err = o.Offer(l)
	require.NoError(t, err)
	assert.Equal(t, "before "+text(n)+"own behind", l.got.String())
	assert.Zero(t, o.Pending())
	assert.Zero(t, o.Held())
}

// What is not spelled when a writer fails is what is lost.
func TestOutboxCopiesAreLost(t *testing.T) {
	o, l := &Outbox{}, &fakeLink{}
	o.Push(NewCopies(&numbers{to: 100_000}, 100_000, 0, 1<<20))
	w := o.HandOver(WriterQuota)
	w.Turns = steps.NewTurns()
	failure := errors.New("closed")
	require.ErrorIs(t, w.Run(l, time.Second, func() { l.err = failure }), failure)
	assert.Positive(t, w.Sent)
	assert.Equal(t, 100_000, int(w.Sent)+w.Ended+w.Rest())
	assert.Empty(t, w.Turns)
}

func TestOutboxShedsCopies(t *testing.T) {
	o := &Outbox{}
	o.Push(piece("first"))
	o.Push(NewCopies(&numbers{to: 10}, 10, 0, 1000))
	assert.Equal(t, 10, o.Shed(500, true))
	assert.Equal(t, len("first"), o.Pending())
}
