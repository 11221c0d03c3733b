package audit

import "github.com/troupe-mq/troupe/actors"

// The events that are called by the protocol's verb, and those that the log looks
// at itself. All others are called as their kind is.
const (
	eventPublish     = "PUB"
	eventSubscribe   = "SUB"
	eventUnsubscribe = "UNSUB"
	eventGap         = "gap"
	eventRefused     = "refused"
)

// EventOf is the word for what a record tells of.
func EventOf(r *actors.Record) string {
	switch r.Kind {
	case actors.KindPublished:
		return eventPublish
	case actors.KindSubscribed, actors.KindDenied: // its outcome tells
		return eventSubscribe
	case actors.KindUnsubscribed:
		return eventUnsubscribe
	case actors.KindGap:
		if r.Outcome == actors.OutcomeRefused {
			return eventRefused
		}
		return eventGap
	default:
		return r.Kind.String()
	}
}

// OutcomeOf is the word for what became of it.
func OutcomeOf(r *actors.Record) string {
	if r.Kind == actors.KindDenied {
		return actors.OutcomeDenied.String()
	}
	return r.Outcome.String()
}

// isCommand reports whether a record tells of what a client asked for, and so of
// what became of it.
func isCommand(k actors.Kind) bool {
	switch k {
	case actors.KindPublished, actors.KindSubscribed, actors.KindUnsubscribed, actors.KindDenied:
		return true
	default:
		return false
	}
}
