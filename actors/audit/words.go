package audit

import "github.com/troupe-mq/troupe/actors"

// The events, by the protocol's verb where there is one.
const (
	eventPublish   = "PUB"
	eventSubscribe = "SUB"
	eventGap       = "gap"
	eventRefused   = "refused"
)

var events = [...]string{
	actors.KindGap:           eventGap,
	actors.KindConnected:     "connected",
	actors.KindAuthenticated: "authenticated",
	actors.KindAuthFailed:    "auth_failed",
	actors.KindSubscribed:    eventSubscribe,
	actors.KindUnsubscribed:  "UNSUB",
	actors.KindDenied:        eventSubscribe, // its outcome tells
	actors.KindEvicted:       "evicted",
	actors.KindDisconnected:  "disconnected",
	actors.KindSupervision:   "supervision",
	actors.KindTapAdded:      "tap_added",
	actors.KindTapRemoved:    "tap_removed",
	actors.KindPublished:     eventPublish,
	actors.KindLameDuck:      "lame_duck",
}

// EventOf is the word for what a record tells of.
func EventOf(r *actors.Record) string {
	switch {
	case r.Kind == actors.KindGap && r.Outcome == actors.OutcomeRefused:
		return eventRefused
	case int(r.Kind) < len(events):
		return events[r.Kind]
	}
	return "unknown"
}

var outcomes = [...]string{
	actors.OutcomeAccepted:   "accepted",
	actors.OutcomeDelivered:  "delivered",
	actors.OutcomeNoInterest: "no_interest",
	actors.OutcomeDenied:     "denied",
	actors.OutcomeRefused:    "refused",
}

// OutcomeOf is the word for what became of it.
func OutcomeOf(r *actors.Record) string {
	switch {
	case r.Kind == actors.KindDenied:
		return outcomes[actors.OutcomeDenied]
	case int(r.Outcome) < len(outcomes):
		return outcomes[r.Outcome]
	}
	return "unknown"
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
