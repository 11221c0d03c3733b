package browser

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
	{"taps", `document.querySelector("tbody tr .chip")`},
	{"console", `document.querySelector(".lines li")`},
	{"lab", `document.querySelectorAll(".experiment").length >= 12`},
}

// busy keeps a broker busy until the test is over.
func (b broker) busy(t *testing.T) {
	t.Helper()
	reader := b.client(t, `CONNECT {"verbose":false,"name":"reader"}`, "SUB work.> 1")
	go func() { _, _ = io.Copy(io.Discard, reader) }()
	writer := b.client(t, `CONNECT {"verbose":false,"name":"writer"}`)
	var work sync.WaitGroup
	work.Go(func() {
		for n := 0; ; n++ {
			if _, err := fmt.Fprintf(writer, "PUB work.%d 2\r\nhi\r\n", n%7); err != nil {
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
	b := start(t, "--lab")
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
				if v.name == "taps" {
					continue // nobody taps; the view of subjects does while it is open
				}
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

// TestConsole: a session is typed, and another is played.
func TestConsole(t *testing.T) {
	b := start(t)
	p := open(t, b.page+"#console", "dark", 1200, 800)
	p.until(`document.querySelector("form input")`)
	for _, line := range []string{"SUB greet.* 1", "PUB greet.me 5", "hello"} {
		p.do(chromedp.SendKeys("form input", line+kb.Enter))
	}
	p.until(`[...document.querySelectorAll(".came .line")].some(l => l.textContent === "MSG greet.me 1 5")`)
	p.until(`document.querySelector(".came .meaning").textContent.includes("introduces itself")`)
	for _, name := range []string{"wildcards", "request"} {
		p.do(chromedp.Evaluate(`{ const s = document.querySelector("main select"); s.value = "`+name+`"; s.dispatchEvent(new Event("change")) }`, nil))
		p.until(`[...document.querySelectorAll(".lines .note .line")].at(-1)?.textContent === "The session has been played."`)
		assert.Equal(t, "0", p.text(`document.querySelectorAll(".note.wrong").length`), "%s: %s", name, p.text(`document.querySelector(".lines").innerText`))
	}
	p.fine()
}

// TestKick closes a connection by the page.
func TestKick(t *testing.T) {
	b := start(t)
	nc := b.client(t, `CONNECT {"verbose":false,"name":"victim"}`)
	p := open(t, b.page+"#connections", "dark", 1200, 800)
	p.until(`document.querySelector("tbody tr")`)
	p.do(chromedp.Click("tbody tr"), chromedp.WaitVisible("#drawer .harm"), chromedp.Click("#drawer .harm"))
	p.until(`document.querySelector("#drawer").textContent.includes("Kicked")`)
	_, err := nc.Read(make([]byte, 1))
	require.Error(t, err)
	p.fine()
}

// TestManyConnections: 5,000 clients, and the page shows them by pages.
func TestManyConnections(t *testing.T) {
	b := start(t)
	b.busy(t)
	var work sync.WaitGroup
	for range 10 {
		work.Go(func() {
			for range 500 {
				b.client(t, `CONNECT {"verbose":false}`, "SUB many 1")
			}
		})
	}
	work.Wait()
	p := open(t, b.page+"#connections", "dark", 1440, 900)
	p.until(`document.querySelector("main header").textContent.includes("5.00k connections")`)
	p.do(chromedp.Click(`[aria-label="Next page"]`))
	p.until(`document.querySelector("main header").textContent.includes("51 – 100")`)
	p.show("tree", `document.querySelector(".node.rest")?.textContent.includes("more")`)
	assert.Less(t, p.text(`document.querySelectorAll(".node").length`), "60")
	p.show("now", `document.querySelector(".tiles").textContent.includes("5.00k")`)
	p.fine()
}
