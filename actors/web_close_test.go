package actors_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

func TestCloseCodes(t *testing.T) {
	big := strings.Repeat("x", 64<<10)
	for name, tc := range map[string]struct {
		config actors.Config
		say    []string
		lines  string
		code   websocket.StatusCode
	}{
		"credentials": {actors.Config{Token: "t"}, []string{"CONNECT {}\r\n"}, "-ERR 'Authorization Violation'\r\n", 1008},
		"too late":    {actors.Config{Token: "t", AuthTimeout: 50 * time.Millisecond}, nil, "-ERR 'Authentication Timeout'\r\n", 1008},
		"nonsense":    {actors.Config{}, []string{"nonsense\r\n"}, "-ERR 'Unknown Protocol Operation'\r\n", 1002},
		"payload":     {actors.Config{MaxPayload: 10}, []string{"CONNECT {\"verbose\":false}\r\nPUB a 11\r\n"}, "-ERR 'Maximum Payload Violation'\r\n", 1009},
		"line":        {actors.Config{}, []string{"SUB " + big + " 1\r\n"}, "-ERR 'maximum control line exceeded'\r\n", 1008},
		"stale":       {actors.Config{PingInterval: 30 * time.Millisecond}, []string{"CONNECT {\"verbose\":false}\r\n"}, "-ERR 'Stale Connection'\r\n", 1001},
	} {
		t.Run(name, func(t *testing.T) {
			_, url := listenWeb(t, tc.config)
			w := dialWeb(t, url)
			w.send(tc.say...)
			assert.Equal(t, tc.code, w.code())
			assert.Contains(t, w.in, tc.lines)
		})
	}
	t.Run("stop", func(t *testing.T) {
		b, url := listenWeb(t, actors.Config{})
		w := dialWeb(t, url)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		stopped := make(chan error, 1)
		go func() { stopped <- b.Stop(ctx) }()
		assert.Equal(t, websocket.StatusGoingAway, w.code())
		require.NoError(t, <-stopped)
	})
	t.Run("crash", func(t *testing.T) {
		b, url := listenWeb(t, actors.Config{})
		w, other := dialWeb(t, url), dialWeb(t, url)
		r, err := b.Inject(t.Context(), actors.Fault{Target: fmt.Sprintf("connections/conn-%d", b.Stats().TotalConnections-1), Kind: actors.FaultPanic})
		require.NoError(t, err)
		require.Equal(t, supervisor.Stop, r.Directive)
		assert.Equal(t, websocket.StatusInternalError, w.code())
		other.send("PING\r\n")
		other.until("PONG\r\n")
	})
	t.Run("the client", func(t *testing.T) {
		b, url := listenWeb(t, actors.Config{})
		require.NoError(t, dialWeb(t, url).ws.Close(websocket.StatusNormalClosure, ""))
		require.Eventually(t, func() bool {
			page, err := b.Connections(t.Context(), report.ConnectionQuery{State: report.ClosedConnections})
			return err == nil && len(page.Connections) == 1 && page.Connections[0].Reason == report.ClientClosed
		}, time.Minute, 5*time.Millisecond)
	})
}
