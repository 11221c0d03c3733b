package actors_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/supervisor"
)

func TestInject(t *testing.T) {
	b := inside(t, actors.Config{Partitions: 2})
	sub, pub := dial(t, b), dial(t, b)
	sub.send("SUB a 1\r\n")
	sub.flush()
	victim := dial(t, b)
	victim.flush()
	conn := fmt.Sprintf("connections/conn-%d", b.Stats().TotalConnections)

	for name, tc := range map[string]struct {
		fault     actors.Fault
		directive supervisor.Directive
		gone      bool
	}{
		"a partition restarts": {actors.Fault{Target: "partitions/part-0", Kind: actors.FaultPanic}, supervisor.Restart, false},
		"it stalls":            {actors.Fault{Target: "partitions/part-1", Kind: actors.FaultStall, For: 20 * time.Millisecond}, "", false},
		"it is slow":           {actors.Fault{Target: "partitions/part-1", Kind: actors.FaultSlow, For: 20 * time.Millisecond}, "", false},
		"a connection stops":   {actors.Fault{Target: conn, Kind: actors.FaultPanic}, supervisor.Stop, true},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := b.Inject(t.Context(), tc.fault)
			require.NoError(t, err)
			require.Equal(t, tc.directive, r.Directive)
			require.Equal(t, tc.gone, r.Gone)
			require.Zero(t, r.Lost)
			if tc.fault.Kind == actors.FaultStall {
				require.GreaterOrEqual(t, r.Away, tc.fault.For)
			}
			pub.send("PUB a 0\r\n\r\n")
			sub.expect("MSG a 1 0", "")
		})
	}
	for name, f := range map[string]actors.Fault{
		"nobody":   {Target: "connections/conn-999999", Kind: actors.FaultPanic},
		"no kind":  {Target: "partitions/part-0", Kind: "explode"},
		"too long": {Target: "partitions/part-0", Kind: actors.FaultStall, For: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := b.Inject(t.Context(), f)
			require.ErrorIs(t, err, actors.ErrFault)
		})
	}
}
