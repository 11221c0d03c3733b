package actors_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
)

// TestLatencyNeedsASystemAccount: who measures says so in the system account, as with NATS servers.
func TestLatencyNeedsASystemAccount(t *testing.T) {
	config := actors.Config{NoListen: true, Accounts: []access.Account{{Name: "A", Exports: []access.Export{{Service: "s", Latency: &access.Latency{Subject: "l", Sampling: 100}}}}}}
	require.NoError(t, config.Validate())
	config.NoSystemAccount = true
	require.EqualError(t, config.Validate(), `account "A": latency needs a system account, which no_system_account leaves out`)
}
