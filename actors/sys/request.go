package sys

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/troupe-mq/troupe/actors/report"
)

// The subjects begin with these.
const (
	serverRequests  = "$SYS.REQ.SERVER."
	accountRequests = "$SYS.REQ.ACCOUNT."
	userInfo        = "$SYS.REQ.USER.INFO"
	subscribers     = "$SYS.DEBUG.SUBSCRIBERS"  // how many a subject has
	ownSubscribers  = accountRequests + "NSUBS" // how many of them are those of one server, which another one asks

	everyone = "PING" // in place of a server's id or an account
)

// maxRequest is the longest body that is looked at. Options are short.
const maxRequest = 64 << 10

// request is one question, and who asks it.
type request struct {
	subject string
	body    []byte
	from    *report.Origin
	in      string // the account that it came to, which need not be that of who asks

	topic    string // its last word
	account  string // of a question about an account, empty for all of them
	endpoint endpoint
}

// errTooLong is the error of a request over maxRequest.
var errTooLong = errors.New("the request is too long")

// options reads the body. An empty one asks for the usual.
func (r *request) options(into any) error {
	if len(r.body) > maxRequest {
		return errTooLong
	}
	if len(bytes.TrimSpace(r.body)) == 0 {
		return nil
	}
	return json.Unmarshal(r.body, into)
}

// route takes the subject apart. It is not ok for one that nobody answers.
func (r *request) route(serverID string) (ok bool) {
	switch r.subject {
	case userInfo:
		r.topic, r.endpoint = "INFO", aboutUser
		return true
	case subscribers:
		r.topic, r.endpoint = "SUBSCRIBERS", countForClient
		return true
	case ownSubscribers:
		r.topic, r.endpoint = "NSUBS", countForServer
		return true
	}
	if rest, is := strings.CutPrefix(r.subject, serverRequests); is {
		whom, topic, _ := strings.Cut(rest, ".")
		if topic == "" && whom == everyone {
			topic = "STATSZ"
		}
		r.topic, r.endpoint = topic, serverTopics[topic]
		if r.endpoint == nil && whom != everyone {
			r.endpoint = orders[topic]
		}
		return r.endpoint != nil && (whom == everyone || whom == serverID)
	}
	rest, is := strings.CutPrefix(r.subject, accountRequests)
	account, topic, _ := strings.Cut(rest, ".")
	if r.account = account; account == everyone {
		r.account = ""
	}
	r.topic, r.endpoint = topic, accountTopics[topic]
	return is && r.endpoint != nil
}

// allowed reports whether the request may be answered. One that came to the system account may: whoever
// sent it from another was given the right by an export. Any other is about the account that it came to.
func (r *request) allowed(systemAccount string) bool {
	switch {
	case r.from == nil || r.in == "":
		return false
	case r.in == systemAccount:
		return true
	case !public[r.subject]:
		return false
	}
	r.account = r.in
	return true
}

// public are the subjects that are answered in every account.
var public = map[string]bool{
	userInfo:                              true,
	subscribers:                           true,
	accountRequests + everyone + ".CONNZ": true,
	accountRequests + everyone + ".STATZ": true,
	serverRequests + everyone + ".CONNZ":  true,
}

// patterns are what is subscribed to in the system account, or in another: nothing
// that is not answered, so that who asks for anything else learns that nobody does.
func (s *serving) patterns(system bool) []string {
	if !system {
		return slices.Collect(maps.Keys(public))
	}
	id := s.source.Load().server.ID
	all := []string{userInfo, subscribers, ownSubscribers, s.sums.inbox + "*", serverRequests + everyone}
	for topic := range serverTopics {
		all = append(all, serverRequests+everyone+"."+topic, serverRequests+id+"."+topic)
	}
	for topic := range orders {
		all = append(all, serverRequests+id+"."+topic)
	}
	for topic := range accountTopics {
		all = append(all, accountRequests+"*."+topic)
	}
	return all
}
