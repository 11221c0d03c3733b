package actors_test

import (
	"testing"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

func TestValidate(t *testing.T) {
	tests := []struct {
		name   string
		config actors.Config
		want   string // empty: it is valid
	}{
		{"the zero configuration", actors.Config{}, ""},
		{"any free port", actors.Config{Port: -1}, ""},
		{"everything set", actors.Config{
			Host: "127.0.0.1", Port: 4223, User: "joe", Password: "secret", AuthTimeout: time.Second,
			MaxControlLine: 1, MaxPayload: 1, MaxPending: 1, MaxConnections: -1, MaxSubscriptions: 1,
			PingInterval: time.Second, PingMax: 1, Partitions: 256, Overrun: config.OverrunDropOld,
		}, ""},
		{"a token alone", actors.Config{Token: "x"}, ""},
		{"the largest payload", actors.Config{MaxPayload: 999_999_999, MaxPending: 1 << 30}, ""},
		{"no limits", actors.Config{MaxPayload: -1, MaxSubscriptions: -1, MaxPending: 2 << 30}, ""},
		{"port too low", actors.Config{Port: -2}, "port -2 is not in -1..65535"},
		{"port too high", actors.Config{Port: 65536}, "port 65536 is not in -1..65535"},
		{"payload negative", actors.Config{MaxPayload: -2}, "max_payload -2 is not in 1..999999999"},
		{"payload of ten digits", actors.Config{MaxPayload: 1e9, MaxPending: 2e9}, "max_payload 1000000000 is not in 1..999999999"},
		{"payload above pending", actors.Config{MaxPayload: 2, MaxPending: 1}, "max_payload (2) cannot be higher than max_pending (1)"},
		{"pending below the default payload", actors.Config{MaxPending: 1}, "max_payload (1048576) cannot be higher than max_pending (1)"},
		{"control line negative", actors.Config{MaxControlLine: -1}, "max_control_line -1 is not positive"},
		{"too many partitions", actors.Config{Partitions: 257}, "partitions 257 is not in 1..256"},
		{"partitions negative", actors.Config{Partitions: -1}, "partitions -1 is not in 1..256"},
		{"ping_max negative", actors.Config{PingMax: -1}, "ping_max -1 is negative"},
		{"subscriptions negative", actors.Config{MaxSubscriptions: -2}, "max_subscriptions -2 is negative"},
		{"user and token", actors.Config{User: "u", Token: "t"}, "a user and a token cannot both be required"},
		{"password alone", actors.Config{Password: "p"}, "a password needs a user"},
		{"unknown overrun policy", actors.Config{Overrun: "pray"}, `overrun "pray" is none of evict, drop_new and drop_old`},
		{"inbound budget below a message", actors.Config{InboundBudget: 1 << 10}, "inbound_budget (1024) cannot be lower than max_payload (1048576)"},
		{"budget negative", actors.Config{OutboundBudget: -1}, "outbound_budget -1 is negative"},
		{"several at once", actors.Config{Port: -2, PingMax: -1}, "port -2 is not in -1..65535\nping_max -1 is negative"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := tt.config
			err := tt.config.Validate()
			assert.Equal(t, before, tt.config, "looking changes nothing")
			if tt.want == "" {
				assert.NoError(t, err)
				return
			}
			require.EqualError(t, err, tt.want)
			_, err = actors.Start(t.Context(), tt.config)
			assert.EqualError(t, err, tt.want)
		})
	}
}
