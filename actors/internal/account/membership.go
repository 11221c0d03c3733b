package account

import (
	"hash/fnv"
	"slices"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/stats"
	"github.com/troupe-mq/troupe/actors/report"
)

// This file is what connections ask of the account that they are in.

// Index is the number of the account's index. Who is in no account, because it
// has not said who it is, is looked for in the global one.
func (a *Account) Index() int {
	if a == nil {
		return GlobalNumber
	}
	return a.Number
}

// Called is the account's name, that of the global one for who is in none.
func (a *Account) Called() string {
	if a == nil {
		return access.GlobalAccount
	}
	return a.Name
}

// Hash is that of its name by which servers of a cluster divide accounts among their connections: FNV-1a, of 32 bits.
func (a *Account) Hash() uint32 {
	if a == nil {
		return hashOf(access.GlobalAccount)
	}
	return a.hash
}

func hashOf(name string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // it never fails
	return h.Sum32()
}

// Counts reports whether the account counts what its connections do. The global
// one does not: see stats.AccountCounters.
func (a *Account) Counts() bool { return a != nil && a.Number != GlobalNumber }

// Counters are those that a connection of the account adds to, nil if there are none.
func (a *Account) Counters() *stats.AccountCounters {
	if !a.Counts() {
		return nil
	}
	return a.AccountCounters
}

// Admit reports whether one more connection may be in the account, and counts it.
func (a *Account) Admit() bool {
	n := a.Connections.Add(1)
	if most := a.limits.MaxConnections; most != 0 && n > int64(max(most, 0)) {
		a.Connections.Add(-1)
		return false
	}
	a.Total.Add(1)
	return true
}

// Leave is told that a connection is in the account no more.
func (a *Account) Leave() { a.Connections.Add(-1) }

// AdmitLink counts one more link to a hub. Limits are for those who come.
func (a *Account) AdmitLink() bool {
	a.Links.Add(1)
	return true
}

// LeaveLink is told that a link has ended.
func (a *Account) LeaveLink() { a.Links.Add(-1) }

// AdmitLeafNode reports whether one more server may be a leaf node of the account, and counts it.
func (a *Account) AdmitLeafNode() bool {
	n := a.LeafNodes.Add(1)
	if most := a.limits.MaxLeafNodes; most != 0 && n > int64(max(most, 0)) {
		a.LeafNodes.Add(-1)
		return false
	}
	a.Links.Add(1)
	return true
}

// LeaveLeafNode is told that one has gone.
func (a *Account) LeaveLeafNode() {
	a.LeafNodes.Add(-1)
	a.Links.Add(-1)
}

// Yield reports whether there are more connections in the account than there may
// be, now that it is configured otherwise, and counts one less then.
func (a *Account) Yield() bool {
	most := a.limits.MaxConnections
	for most != 0 {
		n := a.Connections.Load()
		if n <= int64(max(most, 0)) {
			return false
		}
		if a.Connections.CompareAndSwap(n, n-1) {
			return true
		}
	}
	return false
}

// MaxPayload is the largest payload in the account.
func (a *Account) MaxPayload(everybody int) int {
	if a == nil {
		return everybody
	}
	return Least(a.limits.MaxPayload, everybody)
}

// MaxSubscriptions is how many subscriptions one of its connections may have; 0 is
// no limit.
func (a *Account) MaxSubscriptions(everybody int) int {
	if a == nil {
		return everybody
	}
	return Least(a.limits.MaxSubscriptions, everybody)
}

// Least is the lower of two limits, of which 0 is none.
func Least(a, b int) int {
	if a == 0 || b == 0 {
		return a + b
	}
	return min(a, b)
}

// SameStreams reports whether two accounts import the same streams.
func (a *Account) SameStreams(b *Account) bool {
	return slices.EqualFunc(a.Streams, b.Streams, func(i, j StreamImport) bool {
		return i.Account.Number == j.Account.Number && i.Mapping.Same(j.Mapping)
	})
}

// Elsewhere is the patterns of the account that lead elsewhere: to services of other accounts, and
// to other names.
func (a *Account) Elsewhere() (patterns []string) {
	for i := range a.Services {
		patterns = append(patterns, a.Services[i].Mapping.Source())
	}
	if a.Mappings != nil {
		for source := range a.Mappings.literal {
			patterns = append(patterns, source)
		}
		for i := range a.Mappings.wild {
			patterns = append(patterns, a.Mappings.wild[i].source)
		}
	}
	return patterns
}

// Report is what there is to know about the account.
func (a *Account) Report() report.Account {
	return report.Account{
		Name: a.Name, System: a.System, Users: a.inhabited,
		Connections: int(max(a.Connections.Load(), 0)), TotalConnections: a.Total.Load(),
		Links:           int(max(a.Links.Load(), 0)),
		LinksInMessages: a.Servers.InMessages.Load(), LinksInBytes: a.Servers.InBytes.Load(),
		LinksOutMessages: a.Servers.OutMessages.Load(), LinksOutBytes: a.Servers.OutBytes.Load(),
		Subscriptions: int(max(a.Subscriptions.Load(), 0)),
		InMessages:    a.InMessages.Load(), InBytes: a.InBytes.Load(),
		OutMessages: a.OutMessages.Load(), OutBytes: a.OutBytes.Load(),
		SlowConsumers: a.SlowConsumers.Load(),
		Exports:       a.exports, Imports: a.imports,
	}
}

// Report is what there is to know about all accounts, the global one first. What the others have counted is not the
// global one's: it has what is left of all.
func (as *Set) Report(all report.Stats) []report.Account {
	out := make([]report.Account, len(as.All))
	for i, a := range as.All {
		out[i] = a.Report()
		if a.Counts() {
			all.InMessages, all.OutMessages = all.InMessages-out[i].InMessages, all.OutMessages-out[i].OutMessages
			all.InBytes, all.OutBytes = all.InBytes-out[i].InBytes, all.OutBytes-out[i].OutBytes
			all.LinksInMessages, all.LinksOutMessages = all.LinksInMessages-out[i].LinksInMessages, all.LinksOutMessages-out[i].LinksOutMessages
			all.LinksInBytes, all.LinksOutBytes = all.LinksInBytes-out[i].LinksInBytes, all.LinksOutBytes-out[i].LinksOutBytes
			all.Subscriptions -= out[i].Subscriptions
		}
	}
	global := &out[0]
	global.InMessages, global.OutMessages = stats.NotNegative(all.InMessages), stats.NotNegative(all.OutMessages)
	global.InBytes, global.OutBytes = stats.NotNegative(all.InBytes), stats.NotNegative(all.OutBytes)
	global.LinksInMessages, global.LinksOutMessages = stats.NotNegative(all.LinksInMessages), stats.NotNegative(all.LinksOutMessages)
	global.LinksInBytes, global.LinksOutBytes = stats.NotNegative(all.LinksInBytes), stats.NotNegative(all.LinksOutBytes)
	global.Subscriptions = max(all.Subscriptions, 0)
	return out
}
