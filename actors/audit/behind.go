package audit

import (
	"fmt"

	"github.com/nats-io/nkeys"

	"github.com/troupe-mq/troupe/actors/audit/internal/chain"
)

// stateBehind is where the chain has got to behind a closed segment. What it says
// decides how the log goes on, so that it must be sealed by this log.
func stateBehind(path string, key nkeys.KeyPair) (state, error) {
	first, err := chain.BeginningOf(path, key)
	if err != nil {
		return state{}, err
	}
	s, err := chain.ClosingSeal(path)
	if err == nil {
		err = s.By(key)
	}
	if err != nil {
		return state{}, fmt.Errorf("%s: the last line: %w", path, err)
	}
	return state{segment: first.Head.Segment, oldest: first.Head.Oldest, last: s.Last, hash: s.Hash, previous: path}, nil
}
