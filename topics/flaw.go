package topics

import "strings"

// Flaw says what is wrong with a subject that [ValidSubject] refuses or, if it is
// a pattern, with one that [ValidPattern] refuses. Of one that is valid it is empty.
func Flaw(subject string, pattern bool) string {
	switch {
	case subject == "":
		return "it is empty"
	case subject[0] == '.':
		return "it begins with a dot"
	case subject[len(subject)-1] == '.':
		return "it ends with a dot"
	case strings.Contains(subject, ".."):
		return "there is nothing between two dots"
	case pattern && !ValidPattern(subject):
		return "> is only ever the last token"
	case !pattern && !Literal(subject):
		return "wildcards are for subscriptions: * and > are no tokens of a subject that is published to"
	}
	return ""
}
