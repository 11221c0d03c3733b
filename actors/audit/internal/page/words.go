package page

import (
	"github.com/troupe-mq/troupe/actors/tap"
)

// The events that are called by the protocol's verb, and those that the log looks
// at itself. All others are called as their kind is.
const (
	eventPublish     = "PUB"
	eventSubscribe   = "SUB"
	eventUnsubscribe = "UNSUB"
	eventGap         = "gap"
	eventRefused     = "refused"
)

// Event is the word for what a record tells of.
func Event(r *tap.Record) string {
	switch r.Kind {
	case tap.Published:
		return eventPublish
	case tap.Subscribed, tap.Denied: // its outcome tells
		return eventSubscribe
	case tap.Unsubscribed:
		return eventUnsubscribe
	case tap.Lost:
		if r.Outcome == tap.OutcomeRefused {
			return eventRefused
		}
		return eventGap
	default:
		return r.Kind.String()
	}
}

// Outcome is the word for what became of it.
func Outcome(r *tap.Record) string {
	if r.Kind == tap.Denied {
		return tap.OutcomeDenied.String()
	}
	return r.Outcome.String()
}

// isCommand reports whether a record tells of what a client asked for, and so of
// what became of it.
func isCommand(k tap.Kind) bool {
	switch k {
	case tap.Published, tap.Subscribed, tap.Unsubscribed, tap.Denied:
		return true
	default:
		return false
	}
}

// Events are the words for what records tell of, as [Event] gives them.
func Events() []string {
	all := []string{eventPublish, eventSubscribe, eventUnsubscribe, eventGap, eventRefused}
	for _, k := range []tap.Kind{
		tap.Connected, tap.Authenticated, tap.AuthFailed, tap.Evicted, tap.Disconnected, tap.Supervision,
		tap.TapAdded, tap.TapRemoved, tap.LameDuck,
	} {
		all = append(all, k.String())
	}
	return all
}

// Outcomes are the words for what became of a command.
func Outcomes() []string {
	var all []string
	for _, o := range []tap.Outcome{tap.OutcomeAccepted, tap.OutcomeDelivered, tap.OutcomeNoInterest, tap.OutcomeDenied, tap.OutcomeRefused} {
		all = append(all, o.String())
	}
	return all
}
