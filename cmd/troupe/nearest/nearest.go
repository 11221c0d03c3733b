package nearest

import (
	"slices"
	"strings"
)

// longest is how long a word may be for which anything is suggested.
const longest = 64

// leastBegun is how many letters of a word must be there to go on with it.
const leastBegun = 3

// Of is the word among those that are known that is nearest to one which is not, in any
// case; of several one that begins with it, or the first. If more than a third of the letters would be wrong, it is
// the shortest that begins with the word, and empty if none does.
func Of(word string, known []string) string {
	if len(word) > longest {
		return ""
	}
	word = strings.ToLower(word)
	best, least := "", 1+max(1, len(word)/3)
	for _, k := range slices.Sorted(slices.Values(known)) {
		d := distance(word, strings.ToLower(k), least+1)
		if d < least && d < len(k) || d == least && best != "" && begins(k, word) && !begins(best, word) {
			best, least = k, d
		}
	}
	if best != "" || len(word) < leastBegun {
		return best
	}
	for _, k := range slices.Sorted(slices.Values(known)) {
		if begins(k, word) && (best == "" || len(k) < len(best)) {
			best = k
		}
	}
	return best
}

// begins reports whether a word that is known goes on from another, in small letters.
func begins(known, word string) bool { return strings.HasPrefix(strings.ToLower(known), word) }

// Hint is a suggestion as the end of a sentence, or nothing.
func Hint(word string, known []string) string {
	if near := Of(word, known); near != "" {
		return ", did you mean " + near + "?"
	}
	return ""
}

// distance is how many letters must be put in, taken out, exchanged with another or with
// their neighbour to make b of a; enough if it is that many or more.
func distance(a, b string, enough int) int {
	if max(len(a)-len(b), len(b)-len(a)) >= enough {
		return enough
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			wrong := 1
			if a[i] == b[j] {
				wrong = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+wrong)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], enough)
}
