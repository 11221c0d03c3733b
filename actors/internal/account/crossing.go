package account

import "iter"

// What bounds the way of one message from account to account.
const (
	// DeepestHop is how many accounts a message may go through, one after the other.
	DeepestHop = 8
	// MostHops is how many it may be seen in altogether: what accounts import may
	// overlap, and each import copies the message.
	MostHops = 64
)

// Crossings are the accounts that a request in this account would be seen in by the
// services that it imports, and its subject in each. Where a mapping chooses by chance,
// all that it may choose are among them.
func (a *Account) Crossings(subject string) iter.Seq2[*Account, string] {
	return func(yield func(*Account, string) bool) {
		left := MostHops
		a.cross(subject, 0, &left, yield)
	}
}

// cross goes one account further. It reports false when nobody wants to know more.
func (a *Account) cross(subject string, depth int, left *int, yield func(*Account, string) bool) bool {
	if depth == DeepestHop {
		return true
	}
	for i := range a.Services {
		s := &a.Services[i]
		there, ok := s.Mapping.Append(nil, []byte(subject))
		if !ok {
			continue
		}
		for _, name := range s.Account.called(there) {
			if *left--; *left < 0 || !yield(s.Account, name) || !s.Account.cross(name, depth+1, left, yield) {
				return false
			}
		}
	}
	return true
}

// called are the names that a message may have in the account.
func (a *Account) called(subject []byte) []string {
	if a.Mappings == nil {
		return []string{string(subject)}
	}
	var names []string
	rest := 100 // percent, that keep the name
	for _, c := range a.Mappings.Of(subject) {
		rest -= c.Weight
		if c.Name != nil {
			names = append(names, string(c.Name.Append(nil, subject, func(int) int { return 0 })))
		}
	}
	if rest > 0 {
		names = append(names, string(subject))
	}
	return names
}
