package sys

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/troupe-mq/troupe/actors/client"
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
	n      int
	silent silence
}

// silence is who has not answered in time, and is not counted.
type silence struct{ connections, servers int }

// The headers that say so beside the number: who reads nothing but the number is told what it was always told. A NATS server that has
// nobody in the account is silent as well.
const (
	silentConnections = "Troupe-Silent-Connections"
	silentServers     = "Troupe-Silent-Servers"
)

// header says who is silent; nil if nobody is.
func (c *counted) header() client.Header {
	var h client.Header
	for name, n := range map[string]int{silentConnections: c.silent.connections, silentServers: c.silent.servers} {
		if n > 0 {
			if h == nil {
				h = make(client.Header)
			}
			h[name] = []string{strconv.Itoa(n)}
		}
	}
	return h
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
	case len(here) == 1 && c.Always:
		return s.take(ctx, c)
	case len(here) == 1 && here[0].TotalConns > 0:
		return forNATS(s.take(ctx, c))
	case c.Always:
		return &counted{}
	}
	return nil
}

// forNATS is what a NATS server is told: a number beside which there are headers is none to it.
func forNATS(u utterance) utterance {
	if c, is := u.(*counted); is {
		c.silent = silence{}
	}
	return u
}

// take counts here.
func (s *source) take(ctx context.Context, c census) utterance {
	n, silent, err := s.count(ctx, c.Account, c.Subject, string(c.Queue))
	if err != nil {
		return failed(codeBadRequest, err.Error())
	}
	return &counted{census: c, n: n, silent: silence{connections: silent}}
}
