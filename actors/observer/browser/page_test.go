package browser

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
)

// hostile is a name that would be markup if it were taken for such.
const hostile = `<script>window.hurt = 1</script><img src=x onerror='window.hurt = 1'>`

// views are the views, and by what one sees that they are there.
var views = []struct{ name, there string }{
	{"now", `document.querySelector(".tile strong")?.textContent !== "–" && document.querySelector(".flow rect")`},
	{"tree", `document.querySelectorAll(".node").length > 10`},
	{"timeline", `document.querySelector(".timeline circle, .timeline text")`},
	{"connections", `document.querySelectorAll("tbody tr").length > 0`},
	{"subjects", `document.querySelector("tbody tr td.mono")?.textContent.length > 0`},
	{"taps", `document.querySelector("tbody tr .chip") && /Head of the chain[0-9a-f]{64}/.test(document.querySelector("main .facts").textContent)`},
	{"console", `document.querySelector(".lines li")`},
	{"lab", `document.querySelectorAll(".experiment").length >= 12`},
}

// busy keeps a broker busy until the test is over.
func (b broker) busy(t *testing.T) {
	t.Helper()
	for name, subject := range map[string]string{"reader": "work.>", "auditor": "work.3"} {
		reader := b.client(t, `CONNECT {"verbose":false,"name":"`+name+`"}`, "SUB "+subject+" 1")
		go func() { _, _ = io.Copy(io.Discard, reader) }()
	}
	writer := b.client(t, `CONNECT {"verbose":false,"name":"writer"}`)
	var work sync.WaitGroup
	work.Go(func() {
		for n := 0; ; n++ {
			if _, err := fmt.Fprintf(writer, "PUB %s.%d 2\r\nhi\r\n", [...]string{"work", "work", "work", "idle"}[n/7%4], n%7); err != nil {
				return
			}
		}
	})
	t.Cleanup(func() {
		writer.Close()
		work.Wait()
	})
}

// TestViews: every view, dark and light, on a telephone and on a large screen, without an
// error, a request to another host or a violation of the policy.
func TestViews(t *testing.T) {
	b := start(t, "--lab", "--audit", filepath.Join(t.TempDir(), "audit"))
	b.client(t, `CONNECT {"verbose":false,"name":"`+strings.ReplaceAll(hostile, `"`, "'")+`"}`, "SUB evil.> 1")
	b.busy(t)
	for _, screen := range []struct {
		name, theme   string
		width, height int64
	}{
		{"dark", "dark", 1440, 900},
		{"light", "light", 1440, 900},
		{"small", "dark", 360, 740},
		{"4k", "light", 3840, 2160},
	} {
		t.Run(screen.name, func(t *testing.T) {
			p := open(t, b.page, screen.theme, screen.width, screen.height)
			assert.Equal(t, screen.theme, p.text(`document.documentElement.dataset.theme`))
			for _, v := range views {
				p.show(v.name, v.there)
				assert.Equal(t, "true", p.text(`document.documentElement.scrollWidth <= innerWidth`), "%s is wider than the screen", v.name)
				p.shoot(screen.name + "-" + v.name)
			}
			assert.Equal(t, "undefined", p.text(`window.hurt`))
			p.fine()
		})
	}
}

// TestNamesAreText: what a client calls itself is shown as it is.
func TestNamesAreText(t *testing.T) {
	b := start(t)
	b.client(t, `CONNECT {"verbose":false,"name":"`+hostile+`"}`, "SUB <b>bold</b>.> 1")
	p := open(t, b.page+"#connections", "dark", 1200, 800)
	p.until(`document.querySelector("tbody tr")`)
	assert.Contains(t, p.text(`document.querySelector("tbody td").textContent`), hostile)
	p.do(chromedp.Click("tbody tr"))
	p.until(`document.querySelector("#drawer td.mono")`)
	assert.Equal(t, "<b>bold</b>.>", p.text(`document.querySelector("#drawer td.mono").textContent`))
	assert.Equal(t, "undefined", p.text(`window.hurt`))
	p.fine()
}

// TestFailureIsSeen: a partition panics by the page's button; the failure flashes, the
// decision is told, and the counter of restarts goes up.
func TestFailureIsSeen(t *testing.T) {
	b := start(t, "--lab", "--partitions", "2")
	b.busy(t)
	p := open(t, b.page+"#tree", "dark", 1440, 900)
	part := `[data-path="troupe/partitions/part-1"]`
	p.until(`document.querySelector('` + part + `')`)
	p.do(chromedp.Evaluate(`window.seen = new Set()
new MutationObserver(all => all.forEach(m => m.target.classList.forEach(c => seen.add((m.target.dataset.path ?? "link") + " " + c))))
  .observe(document.querySelector(".stage"), { subtree: true, attributes: true, attributeFilter: ["class"] })`, nil))
	p.do(chromedp.Click(part), chromedp.WaitVisible(`[data-fault="panic"]`), chromedp.Click(`[data-fault="panic"]`))
	p.until(`seen.has("troupe/partitions/part-1 failed") && seen.has("troupe/partitions decides")`)
	p.until(`document.querySelector(".latest").textContent.includes("is restarted")`)
	p.until(`document.querySelector('` + part + ` .load').textContent.includes("1×")`)
	p.until(`document.querySelector("#drawer").textContent.includes("It answered again")`)
	p.shoot("failure")
	p.show("timeline", `document.querySelectorAll(".mark[data-color='--warn']").length === 1`)
	p.show("now", `document.querySelector("troupe-chart.rates").marks.length === 1`)
	p.fine()
}

// TestKeysAlone: whoever has no mouse sees everything too.
func TestKeysAlone(t *testing.T) {
	b := start(t)
	p := open(t, b.page, "dark", 1200, 800)
	p.do(chromedp.KeyEvent("2"))
	p.until(`document.querySelectorAll(".node").length > 10`)
	p.do(chromedp.Evaluate(`document.querySelector(".node").focus()`, nil), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter))
	p.until(`!document.querySelector("#drawer").hidden`)
	p.do(chromedp.KeyEvent(kb.Escape))
	p.until(`document.querySelector("#drawer").hidden`)
	p.do(chromedp.KeyEvent("4"))
	p.until(`document.querySelector("main input[type=search]")`)
	p.do(chromedp.KeyEvent("/"))
	p.until(`document.activeElement.type === "search"`)
	p.do(chromedp.KeyEvent("nobody"))
	p.until(`document.querySelector("main header").textContent.includes("0 connections")`)
	p.do(chromedp.KeyEvent(kb.Escape), chromedp.Evaluate(`document.activeElement.blur()`, nil), chromedp.KeyEvent("t"))
	p.until(`document.documentElement.dataset.theme === "light"`)
	p.do(chromedp.KeyEvent("?"))
	p.until(`document.querySelector("dialog[open]")`)
	p.do(chromedp.KeyEvent(kb.Escape))
	p.until(`!document.querySelector("dialog")`)
	p.fine()
}
