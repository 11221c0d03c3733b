package commit

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/steps"
)

// TestLookingForServersIsWork: a client may be in ten thousand queue groups of one subject. To
// look for the servers that have members too counts, for each of them.
func TestLookingForServersIsWork(t *testing.T) {
	const groups = 10_000
	near, both := &batch.Result{}, &batch.Result{}
	for i := range groups {
		g := group{Name: fmt.Sprint("g", i)}
		near.Groups = append(near.Groups, g)
		both.Groups = append(both.Groups, g)
	}
	both.Groups = append(both.Groups, group{Name: interest.FarQueue("g7")})
	k := &Committer{work: steps.Begin()}
	assert.False(t, k.anyFar(near))
	assert.True(t, k.anyFar(both))
	assert.Equal(t, &both.Groups[groups], k.farOf(both, "g7"))
	assert.True(t, k.isNear(both, "g7"))
	looks := 0
	for k.work = steps.Begin(); !k.work.Over(); looks++ {
		assert.Nil(t, k.farOf(both, "g8"))
	}
	assert.LessOrEqual(t, looks, steps.Step/groups)
}

func TestMarkForTheNextServer(t *testing.T) {
	const headers = "NATS/1.0\r\nA: b\r\n\r\n"
	body, header := withHop([]byte(headers+"payload"), uint32(len(headers)), "1")
	assert.Equal(t, "NATS/1.0\r\nA: b\r\nNats-Trace-Hop: 1\r\n\r\n", string(body[:header]))
	assert.Equal(t, "payload", string(body[header:]))
}
