package survey

import (
	"context"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/connection"
	"github.com/troupe-mq/troupe/actors/internal/interest"
)

// This file counts subscriptions of clients, and of the servers that are leaf nodes of this broker: those that no other server of
// the cluster counts.

// CountOn asks the partition home how many get a message on a subject in an account, or would if they were the ones that are chosen
// of their queue group. queue is the group that is counted alone, if it is not empty.
func (a *Asker) CountOn(ctx context.Context, home *actor.PID, account int, subject, queue string) (n int, err error) {
	err = a.eachOn(ctx, home, account, subject, func(s *interest.Subscription) {
		if k := s.To.Kind; (k == interest.Client || k == interest.Spoke) && s.IsOf(queue) {
			n += s.Weight()
		}
	})
	return n, err
}

// CountWithin asks each connection of an account, and those of more, how many of its subscriptions match nothing but what a
// pattern does. silent is how many do not answer in time: theirs are not counted.
func (a *Asker) CountWithin(ctx context.Context, more []Address, account, pattern, queue string) (n, silent int) {
	whom := append(a.addresses(), more...)
	answers := make(chan int, len(whom))
	question := &connection.Count{Account: account, Within: pattern, Queue: queue, Answers: answers}
	silent = Survey(ctx, a.Host, whom, func(int) any { return question }, answers, func(some int) { n += some })
	return n, silent
}
