package access

import (
	"fmt"
	"slices"

	"github.com/troupe-mq/troupe/topics/mapping"
)

// Mapping gives other names to what the clients of an account publish, and to what
// others request from it.
type Mapping struct {
	Source string // a pattern
	// Destinations are the names, of which each message gets one. What their weights
	// leave of 100 percent keeps its name, or is lost if that is among them: so does a
	// file say that a part of the messages is to get lost.
	Destinations []Destination
}

// Destination is one of the names.
type Destination struct {
	Subject string // spelled as for [mapping.NewTransform]
	Weight  int    // percent of the messages
	Cluster string // on whose servers it counts, in the place of those without; empty: where no other does
}

// Choice is something that can happen to a message.
type Choice struct {
	Weight int                // percent
	Name   *mapping.Transform // what it is called; nil: it is lost
}

// everything is all messages, in percent.
const everything = 100

// Choices are what can happen to a message on a server of a cluster, beside keeping its name. The error is about all clusters.
func (m *Mapping) Choices(cluster string) ([]Choice, error) {
	var choices []Choice
	known, taken := make(map[string]bool), make(map[string]int)
	if !slices.ContainsFunc(m.Destinations, func(d Destination) bool { return d.Cluster == cluster }) {
		cluster = ""
	}
	for _, d := range m.Destinations {
		name, err := mapping.NewTransform(m.Source, d.Subject)
		switch {
		case err != nil:
			return nil, err
		case known[d.Subject]:
			return nil, fmt.Errorf("%q is mapped to %q twice", m.Source, d.Subject)
		case d.Weight < 0 || d.Weight > everything:
			return nil, fmt.Errorf("the weight of %q, %d, is not in 0..%d", d.Subject, d.Weight, everything)
		case taken[d.Cluster]+d.Weight > everything:
			return nil, fmt.Errorf("the weights for %q are more than %d together", m.Source, everything)
		}
		known[d.Subject], taken[d.Cluster] = true, taken[d.Cluster]+d.Weight
		if d.Cluster == cluster {
			choices = append(choices, Choice{d.Weight, name})
		}
	}
	if known[m.Source] {
		choices = append(choices, Choice{Weight: everything - taken[cluster]})
	}
	return choices, nil
}

// checkMappings calls fail with what is wrong with the mappings of one account.
func checkMappings(mappings []Mapping, fail func(index int, err error)) {
	known := make(map[string]bool)
	for n := range mappings {
		m := &mappings[n]
		_, err := m.Choices("")
		if err == nil && !plain(m.Source) { // one without destinations
			err = fmt.Errorf("%q is not a pattern to map from", m.Source)
		}
		if err == nil && known[m.Source] {
			err = fmt.Errorf("%q is mapped twice", m.Source)
		}
		if err != nil {
			fail(n, err)
		}
		known[m.Source] = true
	}
}
