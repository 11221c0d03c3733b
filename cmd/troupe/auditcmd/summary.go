package auditcmd

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/troupe-mq/troupe/actors/audit"
)

// summaries are what records can be summed up by.
var summaries = []string{"user", "account", "subject", "verb", "outcome"}

// mostGroups is how many groups a summary tells apart, and shownGroups how many rows it
// has if -n does not say otherwise.
const (
	mostGroups  = 100_000
	shownGroups = 20
)

// group is the sum of some records.
type group struct {
	key         string
	count       int
	denied      int // denied or refused
	bytes       int // of payload, as far as the log says
	first, last time.Time
}

func (g *group) add(e *audit.Entry) {
	g.count++
	if e.Outcome == "denied" || e.Outcome == "refused" {
		g.denied++
	}
	g.bytes += max(e.Size, 0)
	if g.first.IsZero() {
		g.first = e.Time
	}
	g.last = e.Time
}

// summarize prints how many records there are of each kind.
func (w *wanted) summarize(ctx context.Context, stdout, stderr io.Writer) error {
	groups := make(map[string]*group)
	var others group
	err := w.read(ctx, stderr, func(e *audit.Entry) error {
		if !w.filter.Wants(e) {
			return nil
		}
		key := keyOf(e, w.by)
		g := groups[key]
		switch {
		case g != nil:
		case len(groups) == mostGroups:
			g = &others
		default:
			g = &group{key: key}
			groups[key] = g
		}
		g.add(e)
		return nil
	})
	all := slices.SortedFunc(maps.Values(groups), func(a, b *group) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.key, b.key))
	})
	shown := min(len(all), cmp.Or(w.last, shownGroups))
	for _, g := range all[shown:] {
		others.merge(g)
	}
	out := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(out, "COUNT\tDENIED\tBYTES\tFIRST\tLAST\t%s\n", strings.ToUpper(w.by))
	for _, g := range all[:shown] {
		g.print(out, cmp.Or(plain(g.key), "-"))
	}
	if others.count > 0 {
		others.print(out, fmt.Sprintf("(%d others)", len(all)-shown))
	}
	return cmp.Or(err, out.Flush())
}

func (g *group) merge(o *group) {
	g.count, g.denied, g.bytes = g.count+o.count, g.denied+o.denied, g.bytes+o.bytes
	if g.first.IsZero() || o.first.Before(g.first) {
		g.first = o.first
	}
	if o.last.After(g.last) {
		g.last = o.last
	}
}

func (g *group) print(out io.Writer, key string) {
	const form = "2006-01-02T15:04:05Z"
	fmt.Fprintf(out, "%d\t%d\t%d\t%s\t%s\t%s\n", g.count, g.denied, g.bytes, g.first.Format(form), g.last.Format(form), key)
}

// keyOf is what a record is summed up by.
func keyOf(e *audit.Entry, by string) string {
	switch by {
	case "user":
		return e.User
	case "account":
		return e.Account
	case "subject":
		return e.Subject
	case "outcome":
		return e.Outcome
	default:
		return e.Event
	}
}
