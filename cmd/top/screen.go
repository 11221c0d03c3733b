package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"
)

// The views, in the order of their keys.
const (
	viewNow = iota
	viewTree
	viewConnections
	viewTaps
	views
)

var titles = [views]string{"Overview", "Tree", "Connections", "Taps"}

// screen is what is shown. Everything in it belongs to the goroutine of the application.
type screen struct {
	app  *tview.Application
	feed *feed

	known  known
	state  string // of the link to the broker
	shown  int
	filter string
	sort   int
	page   page
	before map[uint64]connection
	asked  time.Time
	passed float64 // seconds between the last two pages

	head, text, foot *tview.TextView
	grid             *tview.Table
	keys             []string // of the rows of the grid
	middle, root     *tview.Pages
	find             *tview.InputField
}

func newScreen(f *feed) *screen {
	s := &screen{app: tview.NewApplication(), feed: f, state: "connecting"}
	s.head = tview.NewTextView().SetDynamicColors(true)
	s.text = tview.NewTextView().SetDynamicColors(true)
	s.foot = tview.NewTextView().SetDynamicColors(true)
	s.grid = tview.NewTable().SetSelectable(true, false).SetFixed(1, 0)
	s.grid.SetSelectedStyle(tcell.StyleDefault.Reverse(true))
	s.find = tview.NewInputField().SetLabel(" / ")
	s.find.SetChangedFunc(func(text string) { s.filter = text; s.draw() })
	s.find.SetDoneFunc(func(tcell.Key) { s.show(s.shown) })
	s.middle = tview.NewPages().AddPage("text", s.text, true, true).AddPage("grid", s.grid, true, false)
	frame := tview.NewFlex().SetDirection(tview.FlexRow).AddItem(s.head, 1, 0, false).AddItem(s.middle, 0, 1, true).AddItem(s.foot, 1, 0, false)
	s.root = tview.NewPages().AddPage("frame", frame, true, true)
	s.app.SetRoot(s.root, true).SetInputCapture(s.key)
	s.draw()
	return s
}

// run shows the broker until the user ends it or ctx is done.
func (s *screen) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	context.AfterFunc(ctx, s.app.Stop)
	go s.watch(ctx)
	go s.poll(ctx)
	return s.app.Run()
}

// again is how long it waits before it asks a broker again that does not answer.
const again = 2 * time.Second

// watch follows the stream of the broker.
func (s *screen) watch(ctx context.Context) {
	for ctx.Err() == nil {
		err := s.feed.watch(ctx, func(what string, data []byte) {
			s.app.QueueUpdateDraw(func() {
				s.state = "live"
				s.known.take(what, data)
				s.draw()
			})
		})
		if ctx.Err() != nil {
			return
		}
		s.app.QueueUpdateDraw(func() { s.state = err.Error(); s.draw() })
		wait(ctx, again)
	}
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// share is what finding an answer may cost the broker: this part of the time.
const share = 400

// poll asks for connections while they are shown. What takes the broker long is asked for less often.
func (s *screen) poll(ctx context.Context) {
	for ctx.Err() == nil {
		var key, filter string
		wanted := false
		s.app.QueueUpdate(func() { key, filter, wanted = sorts[s.sort%len(sorts)][0], s.filter, s.shown == viewConnections })
		pause := time.Second / 4
		if wanted {
			p, err := s.feed.connections(ctx, key, filter, 200)
			if ctx.Err() != nil {
				return
			}
			pause = max(time.Second, time.Duration(p.Cost*share*float64(time.Millisecond)))
			s.app.QueueUpdateDraw(func() { s.took(p, err) })
		}
		wait(ctx, pause)
	}
}

func (s *screen) took(p page, err error) {
	if err != nil {
		s.state = err.Error()
		s.draw()
		return
	}
	s.before = make(map[uint64]connection, len(s.page.Rows))
	for _, c := range s.page.Rows {
		s.before[c.CID] = c
	}
	at := time.Now()
	s.passed, s.asked, s.page = at.Sub(s.asked).Seconds(), at, p
	s.draw()
}

// key handles the keys that are the same everywhere.
func (s *screen) key(e *tcell.EventKey) *tcell.EventKey {
	if name, _ := s.root.GetFrontPage(); name == "ask" {
		return e
	}
	if s.find.HasFocus() {
		if e.Key() == tcell.KeyEscape {
			s.find.SetText("")
			s.show(s.shown)
			return nil
		}
		return e
	}
	switch {
	case e.Rune() >= '1' && e.Rune() < '1'+views:
		s.show(int(e.Rune() - '1'))
	case e.Key() == tcell.KeyTab:
		s.show((s.shown + 1) % views)
	case e.Key() == tcell.KeyBacktab:
		s.show((s.shown + views - 1) % views)
	case e.Rune() == 'q' || e.Key() == tcell.KeyCtrlC:
		s.app.Stop()
	case e.Rune() == '/':
		s.search()
	case e.Key() == tcell.KeyEscape:
		s.find.SetText("")
		s.draw()
	case e.Rune() == 's':
		s.sort++
		s.draw()
	case e.Rune() == 'k' && s.shown == viewConnections:
		s.askKick()
	default:
		return e
	}
	return nil
}

// show shows a view.
func (s *screen) show(view int) {
	if view != s.shown {
		s.shown, s.sort = view, 0
		s.grid.Select(1, 0).ScrollToBeginning()
		s.find.SetText("")
	}
	s.root.RemovePage("find")
	if s.shown == viewNow {
		s.middle.SwitchToPage("text")
		s.app.SetFocus(s.text)
	} else {
		s.middle.SwitchToPage("grid")
		s.app.SetFocus(s.grid)
	}
	s.draw()
}

// search shows the field of the filter where the last line is.
func (s *screen) search() {
	if s.shown == viewNow {
		return
	}
	line := tview.NewFlex().SetDirection(tview.FlexRow).AddItem(nil, 0, 1, false).AddItem(s.find, 1, 0, true)
	s.root.AddPage("find", line, true, true)
	s.app.SetFocus(s.find)
}

// askKick asks whether the chosen connection is to be closed, and closes it.
func (s *screen) askKick() {
	row, _ := s.grid.GetSelection()
	if row < 1 || row > len(s.keys) {
		return
	}
	cid, err := strconv.ParseUint(s.keys[row-1], 10, 64)
	if err != nil {
		return
	}
	ask := tview.NewModal().SetText(fmt.Sprintf("Close connection %d?", cid)).AddButtons([]string{"Close it", "Leave it"})
	ask.SetDoneFunc(func(_ int, answer string) {
		s.root.RemovePage("ask")
		s.show(s.shown)
		if answer != "Close it" {
			return
		}
		go func() {
			err := s.feed.kick(context.Background(), cid)
			s.app.QueueUpdateDraw(func() {
				if s.state = fmt.Sprintf("connection %d is closed", cid); err != nil {
					s.state = err.Error()
				}
				s.draw()
			})
		}()
	})
	s.root.AddPage("ask", ask, true, true)
	s.app.SetFocus(ask)
}
