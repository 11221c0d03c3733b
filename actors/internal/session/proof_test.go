package session_test

import (
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/internal/fair"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/session"
	"github.com/troupe-mq/troupe/supervisor"
)

// Whoever tries passwords without end waits behind itself, and a check that crashes
// keeps no place.
func TestProofsTakeTurns(t *testing.T) {
	h := host.New(hclog.NewNullLogger(), func(supervisor.Event) {})
	t.Cleanup(h.System.Shutdown)
	proofs := session.NewProofs(h, 1)
	held, order := make(chan struct{}), make(chan string, 200)
	attacker, user, elsewhere := fair.Owner{Account: 1}, fair.Owner{Account: 1, Client: 1}, fair.Owner{Account: 2}
	proofs.Do(attacker, func() { <-held })
	for range 100 {
		proofs.Do(attacker, func() {
			order <- "attacker"
			panic("crashed")
		})
	}
	proofs.Do(user, func() { order <- "user" })
	proofs.Do(elsewhere, func() { order <- "elsewhere" })
	close(held)
	var got []string
	for range 102 {
		got = append(got, <-order)
	}
	assert.Contains(t, got[:3], "user")
	assert.Contains(t, got[:3], "elsewhere")
}
