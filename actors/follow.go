package actors

import (
	"context"

	"github.com/troupe-mq/troupe/actors/internal/connection"
	"github.com/troupe-mq/troupe/actors/internal/follow"
	"github.com/troupe-mq/troupe/actors/report"
)

// MostFollowed is how many lines of a connection are told to who follows it.
const MostFollowed = 10_000

// Follow tells what one client and the broker say to each other, line by line and without payloads, until ctx is
// done, the connection ends, or MostFollowed lines are told. The channel is closed then. Nobody waits for who reads
// it: what does not fit is left out, and counted. A connection has one follower; the last one who asks. The error is
// one of Kick.
func (b *Broker) Follow(ctx context.Context, cid uint64) (<-chan report.Line, error) {
	f, lines := follow.New(MostFollowed)
	if err := b.asker.Order(ctx, cid, func(answer chan<- error) any { return &connection.Follow{By: f, Answer: answer} }); err != nil {
		f.End()
		return nil, err
	}
	context.AfterFunc(ctx, f.End)
	return lines, nil
}
