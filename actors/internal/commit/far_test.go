package commit

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/steps"
)

// TestSidesOfGroups: which queue groups have members of other servers is known from a look at each of them, of which there may
// be a hundred thousand.
func TestSidesOfGroups(t *testing.T) {
	for _, groups := range []int{1, 10_000} {
		near, both := &result{}, &result{}
		for i := range groups {
			g := group{Name: fmt.Sprint("g", i)}
			near.Groups = append(near.Groups, g)
			both.Groups = append(both.Groups, g)
		}
		both.Groups = append(both.Groups, group{Name: interest.FarQueue("g0")}, group{Name: interest.FarQueue("elsewhere")}, group{Name: interest.Far})
		p := asker(0, nil)
		arranged := func(r *result) *Committer {
			p.cursor = cursor{}
			k := &Committer{p: p, work: steps.Begin()}
			for !k.arrange(r) {
				assert.Greater(t, k.work.Left(), -steps.Slice)
				k.work = steps.Begin()
			}
			return k
		}
		assert.False(t, arranged(near).anyFar(near))
		k := arranged(both)
		assert.True(t, k.anyFar(both))
		assert.Equal(t, &both.Groups[groups], k.farOf(both, "g0"))
		assert.Nil(t, k.farOf(both, "g1"))
		assert.True(t, k.isNear(both, "g0"))
		assert.False(t, k.isNear(both, "elsewhere"))
	}
}

func TestMarkForTheNextServer(t *testing.T) {
	const headers = "NATS/1.0\r\nA: b\r\n\r\n"
	body, header := withHop([]byte(headers+"payload"), uint32(len(headers)), "1")
	assert.Equal(t, "NATS/1.0\r\nA: b\r\nNats-Trace-Hop: 1\r\n\r\n", string(body[:header]))
	assert.Equal(t, "payload", string(body[header:]))
}
