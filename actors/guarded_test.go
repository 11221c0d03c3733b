package actors_test

import (
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/access"
)

// Messages in a row of one subject are asked about once, and each of them goes to
// those who may have it, and to nobody else.
func TestRunsMeetGuardedSubscriptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := guests(t, access.Permissions{
			Subscribe: access.Rules{Deny: []string{"in.secret"}},
			Responses: &access.Responses{Max: 1},
		})
		u, root := as(t, b, "u", "p"), as(t, b, "root", "r")
		u.Send("SUB in.* 1", "SUB few.* 2", "UNSUB 2 2")
		u.Fence()
		root.Send("SUB in.* 9", "SUB answer.* 8")
		root.Fence()
		before := b.Stats().Ledger
		publisher := as(t, b, "root", "r")
		run := func(pub string) []string { return slices.Repeat([]string{pub, "x"}, 3) }
		publisher.Send(slices.Concat(run("PUB in.secret 1"), run("PUB in.a 1"), run("PUB in.b answer.1 1"))...)
		publisher.Fence()
		root.Expect(slices.Concat(run("MSG in.secret 9 1"), run("MSG in.a 9 1"), run("MSG in.b 9 answer.1 1"))...)
		u.Expect(slices.Concat(run("MSG in.a 1 1"), run("MSG in.b 1 answer.1 1"))...)
		u.Send("PUB answer.1 1", "y")
		u.Fence()
		root.Expect("MSG answer.1 8 1", "y")
		after := b.Stats().Ledger
		assert.EqualValues(t, 9+6+1, after.Copies-before.Copies)
		assert.EqualValues(t, 10, after.Routed-before.Routed)
		publisher.Send(run("PUB few.a 1")...)
		publisher.Fence()
		u.Expect("MSG few.a 2 1", "x", "MSG few.a 2 1", "x")
		u.Quiet()
	})
}
