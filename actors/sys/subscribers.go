package sys

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/troupe-mq/troupe/actors/documents"
)

// This file is how many subscriptions there are to a subject, of clients and of leaf nodes. Each server of a cluster counts its own.

// census is what is counted, as servers ask each other. Said by who has counted, it is the bare number.
type census struct {
	Account string `json:"acc"`
	Subject string `json:"subject"`
	Queue   []byte `json:"queue,omitempty"` // that group alone
	// Always has a server answer as well that has nobody in the account, so that nobody waits for it. NATS servers, which do not
	// know it, are silent then.
	Always bool `json:"always,omitempty"`
}

// counted is a census, and what has come out.
type counted struct {
	census
	n int
}

func (*counted) by(*Server) {}

// MarshalJSON writes the number.
func (c *counted) MarshalJSON() ([]byte, error) { return json.Marshal(c.n) }

// countForClient reads "subject" or "subject group", and counts in the account of who asks.
func countForClient(ctx context.Context, s *source, r *request) utterance {
	args := strings.Fields(string(r.body))
	if len(r.body) > maxRequest || len(args) == 0 || len(args) > 2 {
		return failed(codeBadRequest, "what is counted is a subject, or a subject and a queue group behind a space")
	}
	c := census{Account: r.from.Account, Subject: args[0], Always: true}
	if len(args) == 2 {
		c.Queue = []byte(args[1])
	}
	return s.take(ctx, c)
}

// countForServer counts for another server. NATS servers wait for those that have somebody in the account, and for no more: who has
// nobody is silent.
func countForServer(ctx context.Context, s *source, r *request) utterance {
	var c census
	if err := r.options(&c); err != nil {
		return failed(codeBadRequest, err.Error())
	}
	ctx, cancel := context.WithTimeout(ctx, gatherTime) // nobody waits for longer
	defer cancel()
	here := s.documents.AccountStatz(documents.AccountStatzOptions{Accounts: []string{c.Account}}).Accounts
	switch {
	case len(here) == 1 && (c.Always || here[0].TotalConns > 0):
		return s.take(ctx, c)
	case c.Always:
		return &counted{}
	}
	return nil
}

// take counts here.
func (s *source) take(ctx context.Context, c census) utterance {
	n, err := s.count(ctx, c.Account, c.Subject, string(c.Queue))
	if err != nil {
		return failed(codeBadRequest, err.Error())
	}
	return &counted{c, n}
}
