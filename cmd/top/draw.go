package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"
)

var colours = map[string]tcell.Color{"good": tcell.ColorGreen, "warn": tcell.ColorYellow, "bad": tcell.ColorRed, "": tcell.ColorDefault}

// draw writes what is known where it is shown.
func (s *screen) draw() {
	name := s.known.hello.Name
	if name == s.known.hello.ID {
		name = "Troupe"
	}
	var tabs strings.Builder
	for i, t := range titles {
		format := " [gray]%d %s[-] "
		if i == s.shown {
			format = " [::r] %d %s [::-] "
		}
		fmt.Fprintf(&tabs, format, i+1, t)
	}
	up := ""
	if !s.known.hello.Start.IsZero() {
		up = "up " + time.Since(s.known.hello.Start).Round(time.Second).String()
	}
	s.head.SetText(fmt.Sprintf(" [::b]%s[::-] [gray]%s %s[-] %s [yellow]%s[-]", tview.Escape(clean(name)), tview.Escape(clean(s.known.hello.Version)), up, tabs.String(), tview.Escape(clean(s.state))))
	help := "1–4 or Tab: another view   q: end"
	switch s.shown {
	case viewNow:
		s.text.SetText(overview(&s.known))
	case viewTree:
		s.fill(treeTable(s.known.tree, s.filter))
		help = "/: filter   " + help
	case viewConnections:
		s.fill(connectionsTable(s.page, s.before, s.passed, s.known.hello.MaxPending))
		help = fmt.Sprintf("%s in all, by %s   s: sort   /: search   k: close one   %s", count(float64(s.page.Total)), sorts[s.sort%len(sorts)][1], help)
	case viewTaps:
		s.fill(tapsTable(s.known.taps, s.sort, s.filter))
		help = "s: sort   /: filter   " + help
	}
	if s.filter != "" {
		help = fmt.Sprintf("[yellow]%s[-]   %s", tview.Escape(clean(s.filter)), help)
	}
	s.foot.SetText(" [gray]" + help + "[-]")
}

// widest is how wide a column is at most, but the last.
const widest = 44

// fill shows a table. What was chosen stays chosen.
func (s *screen) fill(t table) {
	chosen := ""
	if row, _ := s.grid.GetSelection(); row >= 1 && row <= len(s.keys) {
		chosen = s.keys[row-1]
	}
	s.grid.Clear()
	for x, word := range t.head {
		s.grid.SetCell(0, x, tview.NewTableCell(word).SetTextColor(tcell.ColorGray).SetSelectable(false))
	}
	s.keys = s.keys[:0]
	for y, r := range t.rows {
		s.keys = append(s.keys, r.key)
		for x, words := range r.cells {
			cell := tview.NewTableCell(tview.Escape(clean(words)))
			if x < len(r.cells)-1 {
				cell.SetMaxWidth(widest)
			}
			if x == 0 || r.state == "bad" {
				cell.SetTextColor(colours[r.state])
			}
			s.grid.SetCell(y+1, x, cell)
		}
	}
	if at := slices.Index(s.keys, chosen); at >= 0 {
		s.grid.Select(at+1, 0)
	} else if len(s.keys) > 0 {
		if row, _ := s.grid.GetSelection(); row < 1 || row > len(s.keys) {
			s.grid.Select(1, 0)
		}
	}
}
