package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rivo/tview"
)

// overview is the first view as text, with tview's marks for colours.
func overview(k *known) string {
	var b strings.Builder
	p := k.now.Point
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "  [gray]%-16s[-] "+format+"\n", append([]any{name}, args...)...)
	}
	b.WriteString("\n")
	line("messages in", "[blue::b]%8s/s[-::-]  %s", count(p[1]), bytes(p[3])+"/s")
	line("messages out", "[yellow::b]%8s/s[-::-]  %s", count(p[2]), bytes(p[4])+"/s")
	line("", "[blue]%s[-]", spark(k.rates))
	line("connections", "%8s    %s subscriptions", count(float64(k.now.Connections)), count(float64(k.now.Subscriptions)))
	line("slow consumers", "%8s", count(float64(k.now.Slow)))
	line("memory", "%8s", bytes(p[8]))
	line("CPU", "%7.0f%%    of one core", p[9])
	b.WriteString("\n  [::b]The ledger[::-]\n")
	l := k.now.Ledger
	line("published", "%8s    routed %s, nobody wanted %s, refused %s", count(float64(l.In)), count(float64(l.Routed)), count(float64(l.NoInterest)), count(float64(l.Refused)))
	line("copies", "%8s    delivered %s, on the way %s", count(float64(l.Copies)), count(float64(l.Delivered)), count(float64(max(l.Waiting, 0))))
	var reasons []string
	for why := range l.Dropped {
		reasons = append(reasons, why)
	}
	slices.Sort(reasons)
	for _, why := range reasons {
		if n := l.Dropped[why]; n > 0 {
			line("dropped", "[red]%8s[-]    %s", count(float64(n)), tview.Escape(clean(strings.ReplaceAll(why, "_", " "))))
		}
	}
	b.WriteString("\n  [::b]Failures and decisions[::-]\n")
	shown := 0
	for i := len(k.events) - 1; i >= 0 && shown < 12; i-- {
		e := k.events[i]
		if e.What == "started" {
			continue
		}
		shown++
		colour := "gray"
		if e.What == "failed" || e.What == "escalated" {
			colour = "red"
		}
		fmt.Fprintf(&b, "  [gray]%s[-] [%s]%s %s[-] %s\n", e.Time.Local().Format(time.TimeOnly), colour, tview.Escape(clean(e.Path)), tview.Escape(clean(e.What)),
			tview.Escape(clean(strings.TrimSpace(e.Failure+"  "+e.Directive))))
	}
	if shown == 0 {
		b.WriteString("  [gray]nothing has happened[-]\n")
	}
	return b.String()
}
