package sys

import (
	"context"
	"errors"
	"strings"
)

// orders are what one server is told to do. Nobody can order all of them.
var orders = map[string]endpoint{
	"KICK": about(func(ctx context.Context, s *source, _ *request, o whom) utterance {
		return s.carryOut(s.control.kick != nil, func() error { return s.control.kick(ctx, o.CID) })
	}),
	"LDM": about(func(ctx context.Context, s *source, _ *request, o whom) utterance {
		return s.carryOut(s.control.lameDuck != nil, func() error { return s.control.lameDuck(ctx, o.CID) })
	}),
	"RELOAD": about(func(_ context.Context, s *source, _ *request, _ plain) utterance {
		return s.carryOut(s.control.reload != nil, s.control.reload)
	}),
}

// whom says which connection an order is about.
type whom struct {
	CID uint64 `json:"cid"`
}

// errNotHere is the error of an order that cannot be carried out here.
var errNotHere = errors.New("not supported")

func (s *source) carryOut(can bool, order func() error) utterance {
	err := errNotHere
	if can {
		err = order()
	}
	if err != nil {
		return failed(codeInternal, strings.TrimPrefix(err.Error(), "troupe: "))
	}
	return &answer{}
}
