package connection

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/internal/steps"
)

// TestReadsAreParsedInTurns: what one read has brought is done in as many turns as it is work, and others are let
// in between: a read may hold three thousand SUBs.
func TestReadsAreParsedInTurns(t *testing.T) {
	const commands = 2000
	b := newBench(t, 1, "")
	s := b.c.source.(*script)
	var subs, pubs strings.Builder
	for i := range commands {
		fmt.Fprintf(&subs, "SUB a.%d %d\r\n", i, i)
		pubs.WriteString("PUB none 0\r\n\r\n")
	}
	b.feed(b.c, []byte(subs.String()))
	assert.Equal(t, commands, b.c.subs.Len())
	assert.InDelta(t, commands*subscribing/steps.Slice, s.yielded, 3)
	s.yielded = 0
	b.feed(b.c, []byte(pubs.String()))
	assert.LessOrEqual(t, s.yielded, 3, "nobody is let in for nothing")
}
