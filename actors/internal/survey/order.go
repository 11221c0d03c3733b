package survey

import (
	"context"
	"errors"

	"github.com/troupe-mq/troupe/actors/internal/host"
)

// Order has one connection do something, and waits until it has begun. The error is what it answers, report.ErrNoConnection,
// report.ErrStopped, or that of ctx.
func (a *Asker) Order(ctx context.Context, cid uint64, what func(answer chan<- error) any) error {
	pid := a.Host.PID(host.Path(host.Connections, host.ConnectionName(cid)))
	refused, err := Ask(ctx, a, pid, what)
	return errors.Join(err, refused)
}
