package actors

// This file is what records are called where people read them.

var kindWords = [...]string{
	KindGap: "gap", KindConnected: "connected", KindAuthenticated: "authenticated", KindAuthFailed: "auth_failed",
	KindSubscribed: "subscribed", KindUnsubscribed: "unsubscribed", KindDenied: "denied", KindEvicted: "evicted",
	KindDisconnected: "disconnected", KindSupervision: "supervision", KindTapAdded: "tap_added", KindTapRemoved: "tap_removed",
	KindPublished: "published", KindLameDuck: "lame_duck",
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
func (p TapPolicy) String() string { return word([]string{TapDrop: "drop", TapBlock: "block"}, int(p)) }

func word(words []string, n int) string {
	if n < len(words) {
		return words[n]
	}
	return "unknown"
}
