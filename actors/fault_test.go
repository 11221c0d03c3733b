package actors

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/supervisor"
)

func TestInject(t *testing.T) {
	b := startBroker(t, Config{Partitions: 2})
	sub, pub := dial(t, b), dial(t, b)
	sub.send("SUB a 1\r\n")
	sub.flush()
	victim := dial(t, b)
	victim.flush()
	conn := fmt.Sprintf("connections/conn-%d", b.hub.counters.cid.Load())

	for name, tc := range map[string]struct {
		fault     Fault
		directive supervisor.Directive
		gone      bool
	}{
		"a partition restarts": {Fault{Target: "partitions/part-0", Kind: FaultPanic}, supervisor.Restart, false},
		"it stalls":            {Fault{Target: "partitions/part-1", Kind: FaultStall, For: 20 * time.Millisecond}, "", false},
		"it is slow":           {Fault{Target: "partitions/part-1", Kind: FaultSlow, For: 20 * time.Millisecond}, "", false},
		"a connection stops":   {Fault{Target: conn, Kind: FaultPanic}, supervisor.Stop, true},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := b.Inject(t.Context(), tc.fault)
			require.NoError(t, err)
			require.Equal(t, tc.directive, r.Directive)
			require.Equal(t, tc.gone, r.Gone)
			require.Zero(t, r.Lost)
			if tc.fault.Kind == FaultStall {
				require.GreaterOrEqual(t, r.Away, tc.fault.For)
			}
			pub.send("PUB a 0\r\n\r\n")
			sub.expect("MSG a 1 0", "")
		})
	}
	for name, f := range map[string]Fault{
		"nobody":     {Target: "connections/conn-999999", Kind: FaultPanic},
		"not anyone": {Target: "monitor/history", Kind: FaultPanic},
		"no kind":    {Target: "partitions/part-0", Kind: "explode"},
		"too long":   {Target: "partitions/part-0", Kind: FaultStall, For: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := b.Inject(t.Context(), f)
			require.ErrorIs(t, err, ErrFault)
		})
	}
}
