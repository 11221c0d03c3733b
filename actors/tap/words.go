package tap

import "fmt"

// This file is what records are called where people read them.

var kindWords = [...]string{
	Lost: "gap", Connected: "connected", Authenticated: "authenticated", AuthFailed: "auth_failed",
	Subscribed: "subscribed", Unsubscribed: "unsubscribed", Denied: "denied", Evicted: "evicted",
	Disconnected: "disconnected", Supervision: "supervision", TapAdded: "tap_added", TapRemoved: "tap_removed",
	Published: "published", LameDuck: "lame_duck",
}

// String is what the record tells of, in a word.
func (k Kind) String() string { return word(kindWords[:], int(k)) }

var outcomeWords = [...]string{
	OutcomeAccepted: "accepted", OutcomeDelivered: "delivered", OutcomeNoInterest: "no_interest",
	OutcomeDenied: "denied", OutcomeRefused: "refused",
}

// String is the outcome in a word.
func (o Outcome) String() string { return word(outcomeWords[:], int(o)) }

// String is the policy in a word.
func (p Policy) String() string { return word([]string{Drop: "drop", Block: "block"}, int(p)) }

// MarshalText is String, for JSON.
func (p Policy) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText has written.
func (p *Policy) UnmarshalText(text []byte) error {
	switch string(text) {
	case Drop.String():
		*p = Drop
	case Block.String():
		*p = Block
	default:
		return fmt.Errorf("%q is no policy of a tap: drop or block", text)
	}
	return nil
}

func word(words []string, n int) string {
	if n < len(words) {
		return words[n]
	}
	return "unknown"
}
