package account

import (
	"cmp"
	"slices"
	"strings"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/topics"
)

// Mappings are the names that an account gives to what is published in it. They
// are never changed.
type Mappings struct {
	literal map[string][]access.Choice
	wild    []wildMapping // the narrower before the wider
}

// wildMapping is what can happen to the subjects that match a pattern.
type wildMapping struct {
	source  string
	choices []access.Choice
}

// newMappings makes those that are described, which are valid, as they are on a server of a cluster: nil for none.
func newMappings(described []access.Mapping, cluster string) *Mappings {
	if len(described) == 0 {
		return nil
	}
	m := &Mappings{literal: make(map[string][]access.Choice)}
	for i := range described {
		source := described[i].Source
		choices, err := described[i].Choices(cluster)
		switch {
		case err != nil: // the policy is not valid, and was refused
		case topics.Literal(source):
			m.literal[source] = choices
		default:
			m.wild = append(m.wild, wildMapping{source, choices})
		}
	}
	slices.SortFunc(m.wild, func(a, b wildMapping) int { return narrower(a.source, b.source) })
	return m
}

// narrower puts a pattern in front of those that match whatever it matches.
func narrower(a, b string) int {
	width := map[string]int{"*": 1, ">": 2}
	return slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), func(s, t string) int {
		return cmp.Or(cmp.Compare(width[s], width[t]), cmp.Compare(s, t))
	})
}

// Rename chooses what a message is called, and reports whether that is another
// name, which it appends to dst. It is empty if the message is lost.
func Rename(dst, subject []byte, choices []access.Choice, random func(n int) int) (name []byte, renamed bool) {
	const percent = 100
	roll := random(percent)
	for _, c := range choices {
		if roll -= c.Weight; roll >= 0 {
			continue
		}
		if c.Name == nil {
			return dst, true
		}
		return c.Name.Append(dst, subject, random), true
	}
	return dst, false
}

// Of is what can happen to a subject.
func (m *Mappings) Of(subject []byte) []access.Choice {
	if choices, ok := m.literal[string(subject)]; ok {
		return choices
	}
	for i := range m.wild {
		if topics.MatchesBytes(m.wild[i].source, subject) {
			return m.wild[i].choices
		}
	}
	return nil
}
