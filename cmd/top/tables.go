package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// table is what a view shows: the words of its head, and its rows.
type table struct {
	head []string
	rows []row
}

// row is one of them. Key is what it is known by while others come and go.
type row struct {
	key   string
	cells []string
	state string // good, warn or bad
}

// sorts are the keys by which the broker sorts connections, with what they are called.
var sorts = [][2]string{
	{"pending", "pending"},
	{"msgs_from", "messages in"},
	{"msgs_to", "messages out"},
	{"bytes_to", "bytes out"},
	{"subs", "subscriptions"},
	{"rtt", "RTT"},
	{"idle", "idle"},
	{"cid", "number"},
}

func connectionsTable(p page, before map[uint64]connection, seconds float64, maxPending int) table {
	t := table{head: []string{"Connection", "In/s", "Out/s", "Pending", "", "Bytes out", "Subs", "RTT", "Idle", "User", "Account", "Address"}}
	for _, c := range p.Rows {
		rate := func(now, then uint64) string {
			if _, ok := before[c.CID]; !ok || seconds <= 0 || now < then {
				return "–"
			}
			return count(float64(now-then) / seconds)
		}
		old := before[c.CID]
		address := "this process"
		if c.Host != "" {
			address = fmt.Sprintf("%s:%d", c.Host, c.Port)
		}
		full := float64(c.Pending) / float64(max(maxPending, 1))
		state := ""
		if full > 0.4 {
			state = "warn"
		}
		if full > 0.8 {
			state = "bad"
		}
		t.rows = append(t.rows, row{fmt.Sprint(c.CID), []string{
			strings.TrimSpace(fmt.Sprintf("%d %s", c.CID, c.Name)), rate(c.In, old.In), rate(c.Out, old.Out), bytes(float64(c.Pending)), bar(full),
			bytes(float64(c.Bytes)), count(float64(c.Subs)), milliseconds(c.RTT), milliseconds(c.Idle), c.User, c.Account, address,
		}, state})
	}
	return t
}

func treeTable(root node, filter string) table {
	t := table{head: []string{"Actor", "State", "Restarts", "Waiting", "Oldest", "Handled", "Policy, or last failure"}}
	var walk func(n node, depth int)
	walk = func(n node, depth int) {
		r := row{key: n.Path, cells: []string{strings.Repeat("  ", depth) + n.Name, n.State, "", "", "", "", n.Policy}, state: "good"}
		if n.Count > 0 {
			r.cells[0] += fmt.Sprintf(" (%s)", count(float64(n.Count)))
		}
		if n.Restarts > 0 {
			r.cells[2] = fmt.Sprint(n.Restarts)
		}
		if m := n.Mailbox; m != nil {
			r.cells[3], r.cells[5] = count(float64(m.Depth)), count(float64(m.Handled))
			if m.Depth > 0 {
				r.cells[4] = milliseconds(float64(m.Oldest) / 1e6)
			}
		}
		if n.State != "running" && n.State != "" {
			r.state = "bad"
		}
		if n.Last != nil {
			r.cells[6] = n.Last.Text
		}
		if matches(r, filter) {
			t.rows = append(t.rows, r)
		}
		for _, c := range n.Children {
			walk(c, depth+1)
		}
	}
	walk(root, 0)
	return t
}

func tapsTable(taps []tap, sort int, filter string) table {
	t := table{head: []string{"Tap", "Policy", "State", "Waiting", "Memory", "Taken", "Lost"}}
	taps = slices.Clone(taps)
	slices.SortFunc(taps, func(a, b tap) int {
		return cmp.Or([...]int{cmp.Compare(b.Records, a.Records), cmp.Compare(b.Taken, a.Taken), cmp.Compare(b.Lost, a.Lost)}[sort%3], cmp.Compare(a.Name, b.Name))
	})
	for _, one := range taps {
		state, words := "good", "keeps up"
		switch {
		case one.LeftOff != "":
			state, words = "bad", "left off: "+one.LeftOff
		case one.Stuck:
			state, words = "bad", "stuck"
		case one.Records > 0:
			state, words = "warn", "behind"
		}
		r := row{one.Name, []string{one.Name, one.Policy, words, count(float64(one.Records)), bytes(float64(one.Bytes)), count(float64(one.Taken)), count(float64(one.Lost))}, state}
		if matches(r, filter) {
			t.rows = append(t.rows, r)
		}
	}
	return t
}

func matches(r row, filter string) bool {
	return filter == "" || strings.Contains(strings.ToLower(strings.Join(r.cells, " ")), strings.ToLower(filter))
}
